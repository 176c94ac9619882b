"""A contact changes: who manages, which region serves, from when until when somebody is premium."""

from __future__ import annotations

from sterling.accounts.models import Contact
from tests import make
from tests.api.client import Holder, holder


def test_staff_name_a_manager_a_region_and_dates(admin: Holder) -> None:
    alice = make.alice()
    changed = admin.patch(
        f"/contacts/{alice.pk}",
        is_manager=True,
        region="china",
        premium_from="2026-03-02",
        premium_until="2026-04-01",
    )
    assert changed.status == 200
    assert {name: changed[name] for name in ("is_manager", "region", "premium_from", "premium_until")} == {
        "is_manager": True,
        "region": "china",
        "premium_from": "2026-03-02",
        "premium_until": "2026-04-01",
    }
    assert changed.headers["ETag"] == f'"{Contact.objects.get(pk=alice.pk).version}"'
    again = admin.patch(f"/contacts/{alice.pk}", premium_until=None)
    assert (again["premium_from"], again["premium_until"], again["is_manager"]) == ("2026-03-02", None, True)


def test_a_change_that_is_refused_in_part_changes_nothing(admin: Holder) -> None:
    bob = make.contact(make.organization(plan="silver"), "Bob Reyes", premium=True)
    refused = admin.patch(f"/contacts/{bob.pk}", is_manager=True, region="china")
    assert (refused.status, refused.kind, refused["entitlement"]) == (403, "entitlement", "regional_contacts")
    backwards = admin.patch(
        f"/contacts/{bob.pk}", is_manager=True, premium_from="2026-04-01", premium_until="2026-04-01"
    )
    assert (backwards.status, backwards.fields) == (422, ["premium_until"])
    stale = admin.sending(if_match='"99"').patch(f"/contacts/{bob.pk}", is_manager=True)
    assert stale.status == 412
    bob.refresh_from_db()
    assert (bob.is_manager, bob.region_id, bob.premium_from) == (False, None, None)


def test_nobody_manages_before_somebody_has_confirmed_them_and_no_customer_makes_managers(
    admin: Holder,
) -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Reyes", confirmed=False)
    assert admin.patch(f"/contacts/{bob.pk}", is_manager=True).status == 409
    for who in (alice, make.mallory()):
        assert holder(who).patch(f"/contacts/{alice.pk}", is_manager=True).status == 404
    assert Contact.objects.filter(is_manager=True).count() == 0
