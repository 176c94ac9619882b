"""Quotes that are kept, proof on file, a contract's history, what a change or a renewal would do, premium contacts."""

from __future__ import annotations

from datetime import timedelta

from sterling.accounts.actions import customers
from sterling.accounts.models import Contact
from sterling.base.actor import SYSTEM
from sterling.plans.models import Contract, Quote, SegmentProof
from tests import make
from tests.api.client import Holder, holder
from tests.api.conftest import Hands

HOUR = timedelta(hours=1)


def test_a_price_is_only_told_until_somebody_is_named_then_it_is_kept(admin: Holder) -> None:
    asked = admin.post("/quotes", plan="gold", segment="education")
    assert (asked.status, asked["amount"], asked["currency"], asked["id"]) == (201, 18000, "USD", None)
    assert Quote.objects.count() == 0
    halden = make.organization()
    kept = admin.post("/quotes", plan="gold", segment="education", organization=str(halden.pk))
    assert (kept["amount"], kept["proof_required"]) == (18000, True)
    read = admin.get(f"/quotes/{kept['id']}")
    assert read.body == {
        "id": kept["id"], "organization": str(halden.pk), "addressee": "Halden Freight", "plan": "gold",
        "segment": "education", "amount": 18000, "currency": "USD", "catalog_version": 1,
        "valid_until": "2026-04-02", "created_at": "2026-03-03T16:00:00Z", "created_by": "Ada Admin",
    }  # fmt: skip
    admin.post("/quotes", plan="silver", segment="commercial", addressee="North College")
    assert [row["addressee"] for row in admin.get("/quotes")["items"]] == ["Halden Freight", "North College"]
    assert [row["id"] for row in admin.get(f"/quotes?organization={halden.pk}")["items"]] == [kept["id"]]
    for language in ("en", "zh"):
        paper = admin.get(f"/quotes/{kept['id']}/paper?language={language}")
        assert (paper.headers["Content-Type"], paper.body[:5]) == ("application/pdf", b"%PDF-")
    assert admin.get(f"/quotes/{kept['id']}/paper?language=fr").status == 422


def test_a_customer_hears_prices_and_keeps_no_quote() -> None:
    alice = make.alice()
    assert holder(alice).post("/quotes", plan="gold", segment="commercial")["amount"] == 28000
    for who in (alice, make.mallory()):
        named = holder(who).post(
            "/quotes", plan="gold", segment="commercial", organization=str(alice.organization_id)
        )
        assert named.kind == "not-found"
        assert (
            holder(who).post("/quotes", plan="gold", segment="commercial", addressee="Me").kind == "not-found"
        )
    assert Quote.objects.count() == 0


def test_proof_on_file_brings_the_price_of_the_segment_and_is_shown(admin: Holder) -> None:
    school = admin.post("/organizations", name="North College", region="americas", segment="education")["id"]
    contract = admin.post("/contracts", organization=school, plan="gold", starts="2026-03-01")
    assert (contract["segment"], contract["price"]) == ("education", 28000)
    path = f"/organizations/{school}/proofs"
    assert admin.get(path)["items"] == []
    assert admin.post(path, segment="education", note=" ").fields == ["note"]
    assert admin.post(path, segment="commercial", note="A letter").fields == ["segment"]
    crooked = admin.post(path, segment="education", note="A letter", file={"name": "a.pdf", "data": "§"})
    assert crooked.fields == ["file.data"]
    assert SegmentProof.objects.count() == 0
    filed = admin.post(path, segment="education", note="A letter", file={"name": "a.pdf", "data": "UERG"})
    assert (filed.status, filed["file"], filed["filed_by"]) == (201, "a.pdf", "Ada Admin")
    assert admin.get(path)["items"] == [filed.body]
    assert admin.get(f"{path}/{filed['id']}/file").body == b"PDF"
    assert admin.get(f"/contracts/{contract['id']}")["price"] == 18000
    told = admin.get(f"/contracts/{contract['id']}/history")["items"]
    assert "Ada Admin put proof of education on file: A letter" in [one["sentence"] for one in told]


def test_proof_is_the_staffs_and_stays_with_its_organization(admin: Holder, carol: Holder) -> None:
    alice = make.alice()
    path = f"/organizations/{alice.organization_id}/proofs"
    filed = admin.post(path, segment="education", note="A letter", file={"name": "a.pdf", "data": "UERG"})
    elsewhere = make.mallory()
    for who in (holder(alice), holder(elsewhere)):
        assert who.get(path).kind == "not-found"
        assert who.get(f"{path}/{filed['id']}/file").kind == "not-found"
        assert who.post(path, segment="education", note="n").kind == "not-found"
    crossed = admin.get(f"/organizations/{elsewhere.organization_id}/proofs/{filed['id']}/file")
    assert crossed.kind == "not-found"
    assert carol.post(path, segment="education", note="n").kind == "not-allowed"
    assert SegmentProof.objects.count() == 1


def test_an_upgrade_is_foreseen_then_done_and_reads_as_sentences(admin: Holder, hands: Hands) -> None:
    alice = make.alice(make.organization(plan="silver"))
    ticket = make.ticket(alice, priority="medium")
    contract = Contract.objects.get(organization=alice.organization)
    hands.forward(hours=1)
    path = f"/contracts/{contract.pk}"
    seen = admin.get(f"{path}/preview?plan=platinum")
    assert (seen["upgrade"], seen["price_before"], seen["price_after"]) == (True, 12000, 60000)
    assert (seen["price"], seen["hours"]) == (39978.08, 20)  # 304 of 365 days are left
    first = seen["promises"][0]
    assert (first["ticket"], first["metric"], first["moves"]) == (ticket.number, "first_response", True)
    assert (first["due_before"], first["due_after"]) == ("2026-03-03T20:00:00Z", "2026-03-03T19:00:00Z")
    assert admin.get(path)["plan"] == "silver"
    assert admin.patch(path, plan="platinum")["plan"] == "platinum"
    clocks = admin.get(f"/tickets/{ticket.number}/clocks")["items"]
    assert clocks[0]["due"] == first["due_after"]
    told = admin.get(f"{path}/history")["items"]
    assert [one["sentence"] for one in told] == [
        "Ada Admin changed Silver to Platinum, USD 39,978.08 for the rest of the term.",
        " signed Silver from 1 Jan 2026 to 31 Dec 2026.".replace(" ", f"{contract.created_by} ", 1),
    ]
    zh = admin.sending(Accept_Language="zh").get(f"{path}/history")["items"]
    assert zh[0]["sentence"] == "Ada Admin 将银牌改为白金，本期补差价 USD 39,978.08。"
    assert zh[0]["sentences"]["en"] == told[0]["sentence"]


def test_a_downgrade_lists_who_is_over_the_cap_and_changes_no_due(admin: Holder) -> None:
    halden = make.organization()
    people = [make.contact(halden, name, premium=True) for name in ("Ann", "Ben", "Cora")]
    make.ticket(people[0], priority="urgent")
    contract = Contract.objects.get(organization=halden)
    seen = admin.get(f"/contracts/{contract.pk}/preview?plan=silver")
    assert (seen["upgrade"], seen["premium_contacts"]) == (False, 2)
    assert [one["name"] for one in seen["over"]] == ["Ann", "Ben", "Cora"]
    assert [one["moves"] for one in seen["promises"]] == [False, False]
    assert seen["price"] < 0
    assert admin.get(f"/contracts/{contract.pk}/preview?plan=bronze").fields == ["plan"]
    assert admin.get(f"/contracts/{contract.pk}/preview").fields == ["plan"]


def test_a_renewal_is_foreseen_then_signed_once(admin: Holder) -> None:
    contract = Contract.objects.get(organization=make.organization())
    path = f"/contracts/{contract.pk}"
    seen = admin.get(f"{path}/renewal?plan=platinum")
    assert {name: seen[name] for name in ("plan", "starts", "ends", "price_before", "price")} == {
        "plan": "platinum", "starts": "2027-01-01", "ends": "2028-01-01", "price_before": 28000, "price": 60000,
    }  # fmt: skip
    assert Contract.objects.count() == 1
    signed = admin.post(f"{path}/renew", plan="platinum")
    assert (signed.status, signed["renewal_of"], signed["price"]) == (201, str(contract.pk), 60000)
    assert (signed["starts"], signed["ends"]) == (seen["starts"], seen["ends"])
    assert admin.get(f"{path}/renewal").kind == "conflict"
    told = admin.get(f"{path}/history")["items"]
    assert told[0]["sentence"] == "Ada Admin renewed it from 1 Jan 2027."


def test_another_last_day_is_set_and_told(admin: Holder) -> None:
    contract = Contract.objects.get(organization=make.organization())
    path = f"/contracts/{contract.pk}"
    assert admin.patch(path, ends="2026-06-01")["ends"] == "2026-06-01"
    told = [one["sentence"] for one in admin.get(f"{path}/history")["items"]]
    assert told[0] == "Ada Admin set the last day: 31 May 2026."
    assert told[1].endswith("signed Gold from 1 Jan 2026 to 31 Dec 2026.")
    assert admin.patch(path).fields == ["plan"]
    # All of it or nothing: the last day has passed, so that the plan stays as well.
    assert admin.patch(path, plan="platinum", ends="2026-02-01").fields == ["ends"]
    assert Contract.objects.get().plan == "gold"


def test_contracts_are_changed_by_leads_and_read_by_engineers(carol: Holder) -> None:
    halden = make.organization()
    path = f"/contracts/{Contract.objects.get(organization=halden).pk}"
    assert carol.get(f"{path}/preview?plan=silver").status == 200
    assert carol.patch(path, plan="silver").kind == "not-allowed"
    assert carol.post(f"{path}/renew").kind == "not-allowed"
    assert carol.post("/contracts", organization=str(halden.pk), plan="silver", starts="2026-01-01").kind == (
        "not-allowed"
    )
    assert Contract.objects.get().plan == "gold"


def test_a_customer_reads_their_own_contracts_history_and_nobody_elses() -> None:
    alice, mallory = make.alice(), make.mallory()
    contract = Contract.objects.get(organization=alice.organization)
    assert len(holder(alice).get(f"/contracts/{contract.pk}/history")["items"]) == 1
    assert holder(mallory).get(f"/contracts/{contract.pk}/history").kind == "not-found"


def test_the_fourth_contact_takes_the_place_of_another_in_one_step(admin: Holder) -> None:
    halden = make.organization()
    ann, ben, cora, dan = (make.contact(halden, name) for name in ("Ann", "Ben", "Cora", "Dan"))
    for person in (ann, ben, cora):
        admin.post(f"/contacts/{person.pk}/verify")
    full = admin.post(f"/contacts/{dan.pk}/verify")
    assert (full.status, full["entitlement"], full["limit"]) == (409, "premium_contacts", 3)
    assert full["detail"].endswith("are named: Ann, Ben, Cora.")
    swapped = admin.post(f"/contacts/{dan.pk}/verify", in_place_of=str(ben.pk))
    assert (swapped.status, swapped["premium"], swapped["verified_how"]) == (200, True, "by hand")
    premium = admin.get(f"/contacts?organization={halden.pk}&premium=true")["items"]
    assert [row["name"] for row in premium] == ["Ann", "Cora", "Dan"]
    stranger = make.mallory()
    assert admin.post(f"/contacts/{ben.pk}/verify", in_place_of=str(stranger.pk)).kind == "not-found"
    assert Contact.objects.get(pk=stranger.pk).is_premium


def test_a_customers_manager_swaps_within_the_cap_through_the_api_too() -> None:
    silver = make.organization(plan="silver")
    ann, ben, cora, dora = (make.contact(silver, name) for name in ("Ann", "Ben", "Cora", "Dora Quist"))
    customers.set_manager(contact=dora, is_manager=True, at=make.TUESDAY, by=SYSTEM)
    manager = holder(dora)
    for person in (ann, ben):
        assert (
            manager.post(f"/contacts/{person.pk}/verify")["verified_how"] == "named by the customer's manager"
        )
    assert manager.post(f"/contacts/{cora.pk}/verify").status == 409
    assert manager.post(f"/contacts/{cora.pk}/verify", in_place_of=str(ann.pk))["premium"] is True
    assert manager.delete(f"/contacts/{cora.pk}/premium")["premium"] is False
    assert holder(ben).post(f"/contacts/{cora.pk}/verify").kind == "not-allowed"
    assert holder(make.mallory()).post(f"/contacts/{cora.pk}/verify").kind == "not-found"
    assert not Contact.objects.get(pk=cora.pk).is_premium


def test_a_premium_contact_takes_a_colleagues_ticket_over(admin: Holder) -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Reyes")
    ticket, other = make.ticket(bob, priority="high"), make.ticket(bob)
    path = f"/tickets/{ticket.number}/take-over"
    assert holder(bob).post(path).kind == "not-allowed"
    assert holder(make.mallory()).post(path).kind == "not-found"
    assert holder(alice).post(path, contact=str(bob.pk)).kind == "not-allowed"
    assert admin.get(f"/tickets/{ticket.number}")["plan"] == "standard"
    taken = holder(alice).post(path)
    assert (taken.status, taken["plan"], taken["requester"]["name"]) == (200, "gold", "Alice Moreau")
    assert admin.post(f"/tickets/{other.number}/take-over").fields == ["contact"]
    assert admin.post(f"/tickets/{other.number}/take-over", contact=str(alice.pk))["plan"] == "gold"
