"""The catalog's next version: drafted, changed, scheduled, published, taken back, rolled back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid, Stale
from sterling.base.moment import now
from sterling.plans import queries
from sterling.plans.actions import catalogs, drafts
from sterling.plans.models import CatalogDraft, CatalogEdit, CatalogVersion
from sterling.sla import queries as promises
from sterling.tickets.actions import plans
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HIGH = "plans.gold.targets.high.response"


def begun(at: datetime, number: int | None = None) -> CatalogDraft:
    return drafts.begin_draft(number=number or queries.version_in_force(at).number, at=at, by=SYSTEM)


def edit(draft: CatalogDraft, at: datetime, **typed: str) -> CatalogDraft:
    places = {path.replace("__", "."): text for path, text in typed.items()}
    return drafts.edit_draft(draft=draft, typed=places, at=at, by=SYSTEM)


def test_a_change_tells_who_changed_which_place_from_what_to_what() -> None:
    at = now()
    edit(
        begun(at),
        at,
        plans__gold__targets__high__response="150m",
        plans__gold__entitlements__premium_contacts="4",
    )
    rows = CatalogEdit.objects.order_by("pk").values_list("path", "before", "after", "by")
    assert list(rows) == [
        (HIGH, "PT3H", "PT2H30M", SYSTEM.name),
        ("plans.gold.entitlements.premium_contacts", 3, 4, SYSTEM.name),
    ]


def test_what_cannot_be_read_is_refused_by_place_and_nothing_of_it_is_kept() -> None:
    at = now()
    draft = begun(at)
    with pytest.raises(Invalid) as refused:
        edit(draft, at, plans__gold__targets__high__response="soon", plans__gold__entitlements__rca="on")
    assert [error.field for error in refused.value.errors] == [HIGH]
    draft.refresh_from_db()
    assert (draft.document, draft.revision) == (draft.base.document, 1)
    assert CatalogEdit.objects.count() == 0


def test_two_people_do_not_overwrite_each_other() -> None:
    at = now()
    draft = begun(at)
    edit(draft, at, plans__gold__targets__high__response="2h")
    with pytest.raises(Stale, match=r"What you typed is still here"):
        drafts.edit_draft(draft=draft, typed={HIGH: "1h"}, revision=1, at=at, by=SYSTEM)
    draft.refresh_from_db()
    assert draft.document["plans"]["gold"]["targets"]["high"]["response"] == "PT2H"


def test_only_one_draft_is_open_at_a_time() -> None:
    at = now()
    begun(at)
    with pytest.raises(Conflict, match=r"open already"):
        begun(at)
    version = queries.version_in_force(at)
    with pytest.raises(DatabaseError), transaction.atomic():
        CatalogDraft.objects.create(
            base=version, document={}, created_at=at, created_by="", updated_at=at, updated_by=""
        )


def test_a_draft_with_one_wrong_cell_is_not_published_and_names_the_cell() -> None:
    at = now()
    draft = edit(begun(at), at, plans__gold__targets__high__response="4h")
    with pytest.raises(Invalid) as refused:
        drafts.publish_draft(draft=draft, at=at, by=SYSTEM)
    assert {error.field for error in refused.value.errors} == {HIGH}
    assert CatalogVersion.objects.count() == 1
    draft = edit(draft, at, plans__gold__targets__high__intended="agreed with every Gold customer")
    assert drafts.publish_draft(draft=draft, at=at, by=SYSTEM).number == 2


def test_published_at_once_it_decides_new_tickets_and_none_that_are_open() -> None:
    alice = make.alice()
    at = now()
    before = make.ticket(alice, priority="high", at=at)
    draft = edit(begun(at), at, plans__gold__targets__high__response="150m")
    drafts.publish_draft(draft=draft, at=at + HOUR, by=SYSTEM)
    stranger = make.contact(make.organization("Later Ltd", plan=None), "Lee Later")
    organization = stranger.organization
    plans.sign_contract(
        organization=organization, plan="gold", starts=date(2026, 1, 1), ends=None, at=at + HOUR, by=SYSTEM
    )
    plans.verify_contact(contact=stranger, at=at + HOUR, by=SYSTEM)
    stranger.refresh_from_db()
    after = make.ticket(stranger, priority="high", at=at + 2 * HOUR)
    kept = make.ticket(alice, priority="high", at=at + 2 * HOUR)
    first = [promises.result_at(one.timeline_id, at + 2 * HOUR).clocks[0] for one in (before, after, kept)]
    assert [clock.due - clock.started for clock in first] == [3 * HOUR, 2.5 * HOUR, 3 * HOUR]


def test_a_scheduled_version_comes_into_force_on_its_day_at_the_vendors() -> None:
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    CatalogVersion.objects.filter(in_force_from__gt=at)
    draft = edit(begun(now()), now(), plans__gold__targets__high__response="2h")
    day = (now() + 40 * DAY).date()
    draft = drafts.schedule_draft(draft=draft, starts=day, at=now(), by=SYSTEM)
    made = drafts.publish_draft(draft=draft, at=now(), by=SYSTEM)
    begins = catalogs.day_begins(day)
    assert (made.in_force_from, made.document["starts"]) == (begins, day.isoformat())
    assert queries.version_in_force(begins - HOUR).number == 1
    assert queries.version_in_force(begins).number == made.number


def test_a_day_that_has_begun_is_no_day_to_start_on() -> None:
    draft = begun(now())
    with pytest.raises(Invalid, match=r"has begun already"):
        drafts.schedule_draft(draft=draft, starts=now().date(), at=now(), by=SYSTEM)


def test_a_scheduled_version_can_be_taken_back_and_one_in_force_cannot() -> None:
    at = now()
    draft = edit(begun(at), at, plans__gold__targets__high__response="2h")
    draft = drafts.schedule_draft(draft=draft, starts=(at + 40 * DAY).date(), at=at, by=SYSTEM)
    made = drafts.publish_draft(draft=draft, at=at, by=SYSTEM)
    drafts.withdraw_version(number=made.number, at=at + HOUR, by=SYSTEM)
    assert queries.version_in_force(at + 400 * DAY).number == 1
    for number in (1, made.number):
        with pytest.raises(Conflict, match=r"cannot be taken back"):
            drafts.withdraw_version(number=number, at=at + HOUR, by=SYSTEM)


def test_rolling_back_makes_a_version_that_says_what_the_old_one_said() -> None:
    at = now()
    draft = edit(begun(at), at, plans__gold__targets__high__response="2h")
    drafts.publish_draft(draft=draft, at=at + HOUR, by=SYSTEM)
    made = drafts.roll_back(number=1, at=at + 2 * HOUR, by=SYSTEM)
    assert made.number == 3
    assert queries.version_in_force(at + 2 * HOUR).number == 3
    first = CatalogVersion.objects.get(number=1)
    assert made.document | {"version": 1} == first.document
    with pytest.raises(Conflict, match=r"says the same already"):
        drafts.roll_back(number=1, at=at + 3 * HOUR, by=SYSTEM)


def test_a_used_version_is_locked() -> None:
    version = queries.version_in_force(now())
    with pytest.raises(DatabaseError, match=r"append-only"), transaction.atomic():
        CatalogVersion.objects.filter(pk=version.pk).update(created_by="Mallory")


def test_a_whole_document_may_replace_a_draft_and_a_wrong_one_may_not() -> None:
    at = now()
    draft = begun(at)
    document = dict(draft.document)
    document["calendars"] = {
        "24x5": {"name": {"en": "24x5", "zh": "5×24"}, "weekly": {"mon": [["00:00", "24:00"]]}}
    }
    draft = drafts.replace_draft(draft=draft, document=document, at=at, by=SYSTEM)
    assert draft.document["calendars"]["24x5"]["zone"] == "region"
    with pytest.raises(Invalid, match=r"plans: is missing"):
        drafts.replace_draft(draft=draft, document={"priorities": []}, at=at, by=SYSTEM)
    assert CatalogEdit.objects.count() == 1


def test_a_discarded_draft_leaves_its_changes_on_record_and_the_place_free() -> None:
    at = now()
    draft = edit(begun(at), at, plans__gold__targets__high__response="2h")
    drafts.discard_draft(draft=draft, at=at, by=SYSTEM)
    assert CatalogEdit.objects.count() == 1
    assert begun(at).document == queries.version_in_force(at).document
    with pytest.raises(Conflict, match=r"meanwhile"):
        edit(draft, at, plans__gold__targets__high__response="1h")


def test_a_file_that_starts_later_waits_for_its_day() -> None:
    at = now()
    document = dict(queries.version_in_force(at).document)
    day = (at + 40 * DAY).date()
    made = catalogs.load_catalog(document=document | {"starts": day.isoformat()}, at=at, by=SYSTEM)
    assert made.in_force_from == catalogs.day_begins(day)
    assert queries.version_in_force(at).number == 1
