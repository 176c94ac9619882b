"""Contracts in the desk: signed, foreseen, changed, renewed, proved, quoted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.channels.email import contract_notices
from sterling.channels.email.models import StaffMail
from sterling.plans.actions import paperwork
from sterling.plans.models import Contract, ContractChange, ContractNotice, Quote, SegmentProof
from sterling.tickets.actions import plans
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def signed_in(who: object) -> Client:
    client = Client()
    client.get(f"/in/{people.make_link(user=who, at=now())}")
    return client


@pytest.fixture
def lena() -> Client:
    return signed_in(make.agent("Lena Sommer", role="lead").user)


def contract(plan: str = "silver", *, left: int = 200, grace: int = 14) -> Contract:
    today = now().date()
    return plans.sign_contract(
        organization=make.organization(plan=None),
        plan=plan,
        starts=date(2026, 1, 1),
        ends=today + timedelta(days=left),
        grace_days=grace,
        at=now(),
        by=SYSTEM,
    )


def test_a_contract_is_signed_from_the_page(lena: Client) -> None:
    organization = make.organization(plan=None)
    sent = {
        "organization": organization.pk,
        "plan": "gold",
        "starts": "2026-01-01",
        "ends": "2027-01-01",
        "grace_days": "14",
    }
    answer = lena.post("/desk/contracts/new", sent)
    made = Contract.objects.get(organization=organization)
    assert answer["Location"] == f"/desk/contracts/{made.pk}/"
    assert (made.plan, made.grace_days, made.created_by) == ("gold", 14, "Lena Sommer")
    html = lena.get(answer["Location"]).content.decode()
    assert "Lena Sommer signed Gold from 1 Jan 2026 to 31 Dec 2026." in html
    assert "USD 28,000.00" in html


def test_a_field_that_is_wrong_is_named_and_the_rest_stays_typed(lena: Client) -> None:
    organization = make.organization(plan=None)
    sent = {
        "organization": organization.pk,
        "plan": "gold",
        "starts": "2026-01-01",
        "ends": "2025-01-01",
        "grace_days": "9",
    }
    answer = lena.post("/desk/contracts/new", sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="error-ends" autofocus' in html
    assert html.count("The end must lie after the start.") == 1
    assert 'value="2025-01-01"' in html
    assert f'<option value="{organization.pk}" selected>' in html
    assert Contract.objects.count() == 0


def test_an_upgrade_is_foreseen_before_it_is_confirmed_and_then_told(lena: Client) -> None:
    held = contract("silver")
    alice = make.contact(held.organization, "Alice Moreau", premium=True)
    ticket = make.ticket(alice, priority="urgent", at=now() - timedelta(minutes=5))
    html = lena.get(f"/desk/contracts/{held.pk}/?plan=platinum").content.decode()
    assert "is due for the rest of the term, pro rata to the day." in html
    assert f"#{ticket.number}" in html
    assert ContractChange.objects.count() == 0
    lena.post(f"/desk/contracts/{held.pk}/change", {"what": "plan", "plan": "platinum"})
    ticket.refresh_from_db()
    assert ticket.plan == "platinum"
    assert (
        "Lena Sommer changed Silver to Platinum, USD "
        in lena.get(f"/desk/contracts/{held.pk}/").content.decode()
    )


def test_a_downgrade_lists_the_contacts_over_the_cap(lena: Client) -> None:
    held = contract("gold")
    for name in ("Alice Moreau", "Bob Reyes", "Grace Obi"):
        make.contact(held.organization, name, premium=True)
    html = lena.get(f"/desk/contracts/{held.pk}/?plan=silver").content.decode()
    assert "3 named contacts, Silver includes 2. Release some of them:" in html
    assert "Alice Moreau, Bob Reyes, Grace Obi" in html
    assert "All 0 running promises keep their dues." in html
    lena.post(f"/desk/contracts/{held.pk}/change", {"what": "plan", "plan": "silver"})
    # Listed for as long as they are too many, on both pages.
    for page in (f"contracts/{held.pk}/", f"organizations/{held.organization_id}/"):
        said = lena.get(f"/desk/{page}").content.decode()
        assert "3 named contacts, Silver includes 2. Release some of them:" in said
        assert "Alice Moreau, Bob Reyes, Grace Obi" in said
    grace = held.organization.contacts.get(name="Grace Obi")
    lena.post(f"/desk/contacts/{grace.pk}/change", {"do": "release"})
    assert "Release some" not in lena.get(f"/desk/contracts/{held.pk}/").content.decode()


def test_what_lapsed_says_until_when_it_is_served(lena: Client) -> None:
    held = contract("gold", left=-3)
    html = lena.get(f"/desk/contracts/{held.pk}/").content.decode()
    assert "The contract has ended. The plan is served until" in html
    listed = lena.get("/desk/contracts/").content.decode()
    assert "ended, served in grace" in listed


def test_renewal_and_another_last_day_are_one_button_each(lena: Client) -> None:
    held = contract("gold", left=20)
    lena.post(f"/desk/contracts/{held.pk}/change", {"what": "renew"})
    renewed = Contract.objects.get(renewal_of=held)
    assert renewed.starts == held.ends
    later = (now() + 300 * DAY).date()
    lena.post(f"/desk/contracts/{renewed.pk}/change", {"what": "ends", "ends": later.isoformat()})
    renewed.refresh_from_db()
    assert renewed.ends == later


def test_proof_is_kept_with_its_file(lena: Client) -> None:
    held = contract("gold")
    Contract.objects.filter(pk=held.pk).update(segment="education")
    file = SimpleUploadedFile("letter.pdf", b"%PDF-1.7 letter")
    lena.post(f"/desk/contracts/{held.pk}/proof", {"note": "Letter of the dean", "file": file})
    proof = SegmentProof.objects.get()
    with proof.file.open() as kept:
        assert kept.read() == b"%PDF-1.7 letter"
    held.refresh_from_db()
    assert held.price == 18000
    said = lena.get(f"/desk/contracts/{held.pk}/").content.decode()
    path = f"/desk/contracts/{held.pk}/proof/{proof.pk}"
    assert "Letter of the dean" in said
    assert f'href="{path}"' in said
    fetched = lena.get(path)
    assert b"".join(fetched.streaming_content) == b"%PDF-1.7 letter"  # type: ignore[attr-defined]  # a file
    assert fetched["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    other = contract("gold")
    assert lena.get(f"/desk/contracts/{other.pk}/proof/{proof.pk}").status_code == 404
    mallory = signed_in(people.user_for_contact(contact=make.mallory(), at=now()))
    assert mallory.get(path).status_code == 404


def test_a_quote_is_a_page_and_a_paper_in_both_languages(lena: Client) -> None:
    answer = lena.post(
        "/desk/quotes/new", {"plan": "gold", "segment": "education", "addressee": "North College"}
    )
    quote = Quote.objects.get()
    html = lena.get(answer["Location"]).content.decode()
    assert "USD 18,000.00" in html
    assert "This price holds once proof is on file." in html
    for language in ("en", "zh"):
        paper = lena.get(f"/desk/quotes/{quote.pk}/{language}.pdf")
        assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    refused = lena.post(
        "/desk/quotes/new", {"plan": "gold", "segment": "charity", "addressee": "North College"}
    )
    assert refused.status_code == 422
    assert 'value="North College"' in refused.content.decode()


def test_agents_read_contracts_and_change_none() -> None:
    carol = signed_in(make.agent().user)
    held = contract("gold")
    assert carol.get(f"/desk/contracts/{held.pk}/").status_code == 200
    for path, sent in [
        (f"contracts/{held.pk}/change", {"what": "plan", "plan": "platinum"}),
        (f"contracts/{held.pk}/proof", {"note": "x"}),
        ("contracts/new", {}),
    ]:
        assert carol.post(f"/desk/{path}", sent).status_code == 403
    held.refresh_from_db()
    assert held.plan == "gold"
    assert SegmentProof.objects.count() == 0


def test_no_customer_reads_contracts_or_quotes_in_the_desk() -> None:
    held = contract("gold")
    quote = paperwork.make_quote(plan="gold", segment="commercial", at=now(), by=SYSTEM)
    mallory = signed_in(people.user_for_contact(contact=make.mallory(), at=now()))
    for path in (
        "contracts/",
        f"contracts/{held.pk}/",
        "quotes/new",
        f"quotes/{quote.pk}/",
        f"quotes/{quote.pk}/en.pdf",
    ):
        assert mallory.get(f"/desk/{path}").status_code == 404


def test_the_list_costs_the_same_for_one_contract_and_for_many(
    lena: Client, django_assert_max_num_queries: object
) -> None:
    contract("gold")
    lena.get("/desk/contracts/")
    for _ in range(6):
        contract("silver")
    with django_assert_max_num_queries(16):
        lena.get("/desk/contracts/")


def test_who_looks_after_contracts_gets_one_mail_for_all_that_end() -> None:
    make.agent("Lena Sommer", role="lead")
    make.agent("Carol Mensah")
    for left in (20, 60):
        contract("gold", left=left)
    assert paperwork.raise_notices(at=now()) == 2
    assert contract_notices.write(at=now()) == 1
    mail = StaffMail.objects.get()
    assert mail.subject == "2 contracts end soon"
    assert "Gold: ends" in mail.text
    assert mail.agent.user.name == "Lena Sommer"
    assert contract_notices.write(at=now()) == 0
    assert ContractNotice.objects.filter(mailed_at=None).count() == 0


def test_the_dates_of_a_contract_are_the_organizations_own(lena: Client) -> None:
    held = contract("gold")
    assert isinstance(held.ends, date)
    last = held.ends - timedelta(days=1)
    assert f"– {last.day} {last:%b %Y}<" in lena.get("/desk/contracts/").content.decode()
