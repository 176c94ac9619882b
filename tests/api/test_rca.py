"""Root-cause analyses through the API: owed, written, signed off by another, read by the customer alone."""

from __future__ import annotations

import pytest

from sterling.accounts.models import Contact
from sterling.premium.rca.models import Published, Rca
from sterling.tickets.models import Ticket
from tests import make
from tests.api.client import Holder, holder
from tests.api.conftest import Hands

WHO = (
    ("summary", {"text": "Exports stopped."}),
    ("impact", {"who": "Everyone"}),
    ("causes", {"trigger": "9.2"}),
)


def urgent(carol: Holder, plan: str | None = "platinum") -> Ticket:
    organization = make.organization(plan=plan)
    ticket = make.ticket(make.contact(organization, "Alice Moreau", premium=bool(plan)), priority="urgent")
    assert carol.patch(f"/tickets/{ticket.number}", priority="urgent").status == 200
    return ticket


def test_platinum_urgent_owes_one_with_its_dates(carol: Holder, hands: Hands) -> None:
    path = f"/tickets/{urgent(carol).number}"
    owed = carol.get(f"{path}/rca")
    assert (owed.status, owed["state"], owed["because"], owed["starts_at"]) == (200, "open", "plan", None)
    assert [one["state"] for one in owed["editions"]] == ["waiting", "waiting"]
    hands.forward(hours=1)
    carol.post(f"{path}/workaround", note="Restart it.")
    counted = carol.get(f"{path}/rca")
    assert (counted["starts_at"], counted["started_by"]) == ("2026-03-03T17:00:00Z", "workaround")
    assert counted["editions"] == [
        {
            "edition": "preliminary",
            "due": "2026-03-10T22:00:00Z",
            "published_at": None,
            "state": "running",
        },
        {"edition": "final", "due": "2026-03-17T22:00:00Z", "published_at": None, "state": "running"},
    ]
    assert [line["what"] for line in counted["timeline"]] == ["reported", "confirmed", "workaround"]
    hands.forward(days=7, hours=6)
    assert [one["state"] for one in carol.get(f"{path}/rca")["editions"]] == ["missed", "running"]


@pytest.mark.parametrize("plan", [None, "silver", "gold"])
def test_other_plans_are_refused_with_what_would_bring_it(carol: Holder, plan: str | None) -> None:
    answer = carol.get(f"/tickets/{urgent(carol, plan).number}/rca")
    assert (answer.status, answer.kind, answer["entitlement"], answer["remedy"]) == (
        403, "entitlement", "rca", "Platinum includes this.",
    )  # fmt: skip
    assert Rca.objects.count() == 0


def test_where_none_is_owed_there_is_none_and_the_answer_says_when(carol: Holder) -> None:
    ticket = make.ticket(make.alice(make.organization(plan="platinum")), priority="urgent")
    answer = carol.get(f"/tickets/{ticket.number}/rca")
    assert (answer.status, answer.kind) == (404, "not-found")
    assert answer["detail"].startswith("No root-cause analysis is owed on this ticket. It opens by itself")


def test_a_manager_grants_one_and_an_engineer_may_not(carol: Holder) -> None:
    path = f"/tickets/{urgent(carol, 'gold').number}/rca"
    refused = carol.post(f"{path}/grant", reason="They ask")
    assert (refused.status, refused.kind) == (403, "not-allowed")
    lead = holder(make.agent("Lea Roth", role="lead"))
    granted = lead.post(f"{path}/grant", reason="They ask")
    assert (granted.status, granted["because"]) == (201, "exception")
    assert carol.get(path).status == 200


def test_it_is_written_reviewed_by_another_and_published(carol: Holder) -> None:
    ticket = urgent(carol)
    path = f"/tickets/{ticket.number}/rca"
    early = carol.post(f"{path}/review")
    assert (early.status, early.kind) == (409, "conflict")
    for part, value in WHO:
        assert carol.put(f"{path}/parts/{part}", value=value).status == 200
    written = carol.get(path)
    assert (written["state"], written["missing"], written["moves"]) == ("draft", [], ["submit"])
    assert written["parts"]["summary"]["version"] == 1
    assert carol.post(f"{path}/review")["state"] == "review"
    own = carol.post(f"{path}/publish")
    assert (own.status, own["detail"]) == (
        409,
        "You sent it to review. Somebody else reads and publishes it.",
    )
    omar = holder(make.agent("Omar Diaz"))
    out = omar.post(f"{path}/publish")
    assert (out.status, out["state"], out["editions"][0]["state"]) == (200, "published", "met")
    assert (out["published"][0]["author"], out["published"][0]["reviewer"]) == ("Carol Mensah", "Omar Diaz")
    assert omar.post(f"{path}/revise")["state"] == "draft"
    assert carol.post(f"{path}/review").fields == ["edition"] * 4


def test_a_clash_overwrites_nothing_and_hands_back_both(carol: Holder) -> None:
    path = f"/tickets/{urgent(carol).number}/rca/parts/summary"
    carol.put(path, value={"text": "Hers"})
    clash = holder(make.agent("Omar Diaz")).put(path, value={"text": "His"})
    assert (clash.status, clash.kind) == (409, "clash")
    assert (clash["yours"], clash["theirs"], clash["version"]) == ({"text": "His"}, {"text": "Hers"}, 1)
    bad = carol.put(path, value={"body": "x"}, knows=1)
    assert (bad.status, bad.fields) == (422, ["body"])


def test_names_of_others_have_to_be_looked_at(carol: Holder) -> None:
    make.mallory()
    path = f"/tickets/{urgent(carol).number}/rca"
    for part, value in WHO:
        carol.put(f"{path}/parts/{part}", value=value)
    carol.put(f"{path}/parts/summary", value={"text": "As with Elsewhere Ltd."}, knows=1)
    carol.post(f"{path}/review")
    omar = holder(make.agent("Omar Diaz"))
    found = omar.post(f"{path}/publish")
    assert (found.status, found.kind) == (409, "names-found")
    assert found["suspects"] == [{"part": "summary", "name": "Elsewhere Ltd", "whose": "Elsewhere Ltd"}]
    assert Published.objects.count() == 0
    assert omar.post(f"{path}/publish", names_checked=True).status == 200


def test_actions_are_kept_with_owner_date_and_verification(carol: Holder) -> None:
    path = f"/tickets/{urgent(carol).number}/rca/actions"
    omar = make.agent("Omar Diaz")
    made = carol.post(path, text="Test large files", kind="detect", owner=str(omar.pk), due="2026-04-01")
    assert (made.status, made["owner"]["name"], made["due"], made["state"]) == (
        201, "Omar Diaz", "2026-04-01", "open",
    )  # fmt: skip
    assert carol.post(path, text="t", kind="wish").fields == ["kind"]
    one = f"{path}/{made['id']}"
    assert carol.patch(one, state="done").fields == ["verification"]
    done = carol.patch(one, state="done", verification="Ran it")
    assert (done["state"], done["verification"], done["due"]) == ("done", "Ran it", "2026-04-01")
    stale = carol.sending(if_match='"1"').patch(one, state="open")
    assert (stale.status, stale.kind) == (412, "stale")


def test_the_customer_reads_what_is_promised_and_published_and_nothing_else(carol: Holder) -> None:
    ticket = urgent(carol)
    path = f"/tickets/{ticket.number}/rca"
    for part, value in WHO:
        carol.put(f"{path}/parts/{part}", value=value)
    alice = holder(ticket.requester)
    before = alice.get(path)
    assert (before.status, before["published"], before["parts"], before["moves"]) == (200, [], {}, [])
    carol.post(f"{path}/review")
    holder(make.agent("Omar Diaz")).post(f"{path}/publish")
    assert alice.get(path)["published"][0]["content"]["parts"]["summary"] == {"text": "Exports stopped."}
    assert alice.get(f"{path}/editions/1")["edition"] == "preliminary"
    for language in ("en", "zh"):
        paper = alice.get(f"{path}/editions/1/pdf?language={language}")
        assert (paper.status, paper.body[:5]) == (200, b"%PDF-")
    bob = make.contact(ticket.organization, "Bob Reyes")
    Contact.objects.filter(pk=bob.pk).update(confirmed_at=None)
    for stranger in (holder(make.mallory()), holder(bob)):
        for where in (path, f"{path}/editions/1", f"{path}/editions/1/pdf"):
            assert (stranger.get(where).status, stranger.get(where).kind) == (404, "not-found")
