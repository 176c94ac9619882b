"""Executive sponsors by the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.base.moment import now
from tests import make
from tests.api.client import Holder, holder

CALL = {
    "type": "call", "people": "Ada, Alice", "notes": "All well.", "shared": True,
    "commitments": [{"what": "Send the roadmap", "who": "Ada", "due": "2027-01-31"}],
}  # fmt: skip


def test_a_sponsor_is_named_spoken_with_and_due_again(admin: Holder) -> None:
    alice, ada = make.alice(make.organization(plan="platinum")), make.agent("Ada Lind")
    at = f"/organizations/{alice.organization_id}/sponsor"
    nobody = admin.get(at)
    assert (nobody.status, nobody["agent"], nobody["due"], nobody["overdue"]) == (200, None, None, False)
    early = admin.post(f"{at}/touchpoints", **CALL)
    assert (early.status, early.kind) == (409, "conflict")
    named = admin.put(at, agent=str(ada.pk), counterpart=str(alice.pk), cadence="month")
    assert (named.status, named["agent"], named["counterpart_name"]) == (200, str(ada.pk), "Alice Moreau")
    assert named["overdue"] is False
    made = admin.post(f"{at}/touchpoints", **CALL)
    assert (made.status, made["type"], made["commitments"][0]["state"]) == (201, "call", "open")
    assert admin.get(at)["last_contact"] == made["at"]
    starts = (now() + timedelta(days=9)).isoformat()
    for sequence in (0, 1):
        met = admin.put(f"{at}/meeting", starts_at=starts, minutes=45, agenda="Renewal")
        assert met["meeting"]["sequence"] == sequence
    wrong = admin.put(at, agent="999999", counterpart=str(alice.pk), cadence="quarter")
    assert (wrong.status, wrong.fields) == (422, ["agent", "counterpart"])
    often = admin.put(at, agent=str(ada.pk), counterpart=str(alice.pk), cadence="daily")
    assert (often.status, often.fields) == (422, ["cadence"])


def test_the_customer_lists_what_is_shared_and_names_nobody(admin: Holder) -> None:
    alice, ada = make.alice(make.organization(plan="platinum")), make.agent("Ada Lind")
    at = f"/organizations/{alice.organization_id}/sponsor"
    body = {"agent": str(ada.pk), "counterpart": str(alice.pk), "cadence": "quarter"}
    admin.put(at, **body)
    admin.post(f"{at}/touchpoints", **CALL)
    admin.post(f"{at}/touchpoints", **(CALL | {"shared": False, "notes": "They may leave."}))
    assert len(admin.get(f"{at}/touchpoints")["items"]) == 2
    own = holder(alice)
    assert [one["notes"] for one in own.get(f"{at}/touchpoints")["items"]] == ["All well."]
    assert own.put(at, **body).kind == "not-found"
    assert own.post(f"{at}/touchpoints", **CALL).kind == "not-found"
    assert holder(ada).put(at, **body).kind == "not-allowed"


@pytest.mark.parametrize("plan", [None, "silver", "gold"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PUT", ""), ("PUT", "/meeting"), ("GET", "/touchpoints"), ("POST", "/touchpoints")],
)
def test_a_plan_without_a_sponsor_is_refused_with_what_would_bring_one(
    admin: Holder, method: str, path: str, plan: str | None
) -> None:
    organization = make.organization(plan=plan)
    body = {
        "": b'{"agent": "1", "counterpart": "1"}',
        "/meeting": b'{"starts_at": "2030-01-01T00:00:00Z"}',
        "/touchpoints": b'{"type": "call", "people": "A"}',
    }
    refused = admin.raw(method, f"/organizations/{organization.pk}/sponsor{path}", body[path])
    assert (refused.status, refused.kind) == (403, "entitlement")
    assert (refused["entitlement"], refused["plan"]) == ("executive_sponsor", plan or "standard")
    assert refused["remedy"] == "Platinum includes this."
