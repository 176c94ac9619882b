"""Root-cause analyses on the desk: the list, the editor that loses nothing, signing off, the grant on a ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact
from sterling.base.moment import now
from sterling.premium.rca import queries, writing
from sterling.premium.rca.models import Action, Part, Published, Rca, Writing
from tests import make
from tests.flows.gallery_rca import confirmed, write

pytestmark = pytest.mark.usefixtures("installed")
DAY = timedelta(days=1)


def signed_in(who: Agent | Contact) -> Client:
    client = Client()
    user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
    assert client.get(f"/in/{people.make_link(user=user, at=now())}").status_code == 302
    return client


def analysis(name: str = "Halden Freight") -> tuple[Rca, Agent, Client]:
    carol = make.agent()
    alice = make.alice(make.organization(name, plan="platinum", region_id="europe"))
    ticket = make.ticket(alice, priority="urgent", at=now() - 3 * DAY)
    return confirmed(ticket, carol, ago=2 * DAY), carol, signed_in(carol)


def here(rca: Rca) -> str:
    return f"/desk/rca/{rca.ticket.number}/"


def test_the_list_shows_what_falls_due_and_asks_as_much_for_many_as_for_one() -> None:
    _, _, desk = analysis()
    desk.get("/desk/rca/")  # what a process reads once is read
    with CaptureQueriesContext(connection) as one:
        page = desk.get("/desk/rca/").content.decode()
    assert "Export fails" in page
    assert "preliminary" in page
    for number in range(4):
        analysis(f"Customer {number}")
    with CaptureQueriesContext(connection) as five:
        assert desk.get("/desk/rca/").content.decode().count("rca-row") == 5
    assert len(five) == len(one)


def test_an_empty_list_says_when_one_opens() -> None:
    page = signed_in(make.agent()).get("/desk/rca/").content.decode()
    assert "No analysis is owed" in page


def test_what_is_typed_is_saved_part_by_part_with_actions() -> None:
    rca, carol, desk = analysis()
    typed = {
        "summary.text": "Exports stopped.", "summary.knows": "0",
        "impact.who": "Everyone", "impact.starts": "2026-11-03T10:00", "impact.knows": "0",
        "whys.links.0.why": "Why?", "whys.links.0.because": "So.", "whys.links.0.evidence": "A log", "whys.knows": "0",
        "actions.new.text": "Watch the disk", "actions.new.kind": "detect", "actions.new.owner": str(carol.pk),
        "actions.new.due": "2027-01-31", "actions.new.state": "open", "actions.new.verification": "",
    }  # fmt: skip
    assert desk.post(f"{here(rca)}save", typed).status_code == 302
    kept = queries.document(queries.parts(rca))
    assert kept["summary"] == {"text": "Exports stopped."}
    # Ten o'clock on the region's wall, in Berlin.
    assert kept["impact"]["starts"] == "2026-11-03T09:00:00Z"
    assert kept["whys"]["links"][0]["evidence"] == "A log"
    action = Action.objects.get()
    assert (action.text, action.owner, str(action.due)) == ("Watch the disk", carol, "2027-01-31")
    page = desk.get(here(rca)).content.decode()
    assert 'value="2026-11-03T10:00"' in page
    assert "Watch the disk" in page


def test_a_clash_shows_both_and_keeps_the_other_parts() -> None:
    rca, _, desk = analysis()
    desk.post(f"{here(rca)}save", {"summary.text": "Hers", "summary.knows": "0"})
    omar = signed_in(make.agent("Omar Diaz"))
    typed = {"summary.text": "His", "summary.knows": "0", "causes.trigger": "9.2", "causes.knows": "0"}
    answer = omar.post(f"{here(rca)}save", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Carol Mensah changed this part while you wrote" in page
    assert "Hers" in page
    assert ">His</textarea>" in page
    assert queries.document(queries.parts(rca))["causes"]["trigger"] == "9.2"
    assert Part.objects.get(name="summary").value == {"text": "Hers"}
    assert Writing.objects.get(version=None).value == {"text": "His"}


def test_a_script_keeps_the_parts_and_hears_their_versions() -> None:
    rca, _, desk = analysis()
    typed = {"summary.text": "Hers", "summary.knows": "0"}
    told = desk.post(f"{here(rca)}save", typed, headers={"accept": "application/json"}).json()
    assert (told["versions"], told["clashes"], told["errors"]) == ({"summary": 1}, {}, {})
    typed = {"summary.text": "Other", "summary.knows": "0"}
    told = desk.post(f"{here(rca)}save", typed, headers={"accept": "application/json"}).json()
    assert told["versions"] == {}
    assert told["clashes"]["summary"].startswith("Carol Mensah changed this part")


def test_a_wrong_field_comes_back_beside_its_reason_with_all_that_was_typed() -> None:
    rca, _, desk = analysis()
    typed = {"timeline.lines.0.text": "Paged", "timeline.lines.0.at": "", "timeline.knows": "0"}
    answer = desk.post(f"{here(rca)}save", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say when that was." in page
    assert ">Paged</textarea>" in page
    assert 'aria-invalid="true" aria-describedby="timeline-lines-0-at-error"' in page
    desk.cookies["language"] = "zh"
    page = desk.post(f"{here(rca)}save", typed).content.decode()
    assert "请填写发生时间。" in page
    assert "该字段有误" not in page


def test_it_is_signed_off_by_another_and_names_are_looked_at() -> None:
    rca, carol, desk = analysis()
    make.mallory()
    write(rca, carol, "As with Elsewhere Ltd.")
    refused = desk.post(f"{here(rca)}move", {"what": "publish"})
    assert refused.status_code == 409
    assert desk.post(f"{here(rca)}save", {"then": "submit"}).status_code == 302
    assert (
        "You sent it to review. Somebody else reads and publishes it." in desk.get(here(rca)).content.decode()
    )
    omar = signed_in(make.agent("Omar Diaz"))
    page = omar.get(here(rca)).content.decode()
    assert "It may name other customers. Look at each:" in page
    assert omar.post(f"{here(rca)}move", {"what": "publish"}).status_code == 409
    assert Published.objects.count() == 0
    assert omar.post(f"{here(rca)}move", {"what": "publish", "names_checked": "1"}).status_code == 302
    edition = omar.get(f"{here(rca)}1/").content.decode()
    assert "Preliminary edition" in edition
    for language in ("en", "zh"):
        paper = omar.get(f"{here(rca)}1/{language}.pdf")
        assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
        assert omar.get(f"{here(rca)}{language}.pdf").content[:5] == b"%PDF-"


def test_it_goes_to_review_only_with_what_it_needs() -> None:
    rca, _, desk = analysis()
    answer = desk.post(
        f"{here(rca)}save", {"summary.text": "Stopped", "summary.knows": "0", "then": "submit"}
    )
    assert answer.status_code == 422
    assert "Still needed: who was affected." in answer.content.decode()
    rca.refresh_from_db()
    assert Part.objects.get(name="summary").value == {"text": "Stopped"}


def test_a_manager_grants_one_on_the_ticket_and_an_engineer_is_not_offered_it() -> None:
    ticket = make.ticket(make.alice(), priority="high")
    page = f"/desk/tickets/{ticket.number}/"
    assert "grant-rca" not in signed_in(make.agent()).get(page).content.decode()
    lea = signed_in(make.agent("Lea Roth", role="lead"))
    assert "Grant a root-cause analysis" in lea.get(page).content.decode()
    assert lea.post(f"{page}grant-rca", {"reason": "Their board asks"}).status_code == 302
    assert Rca.objects.get().because == "exception"
    assert "Open the analysis" in lea.get(page).content.decode()
    assert (
        signed_in(make.agent("Omar Diaz")).post(f"{page}grant-rca", {"reason": "me too"}).status_code == 403
    )


def test_customers_and_nobody_find_nothing_here() -> None:
    rca, _, _ = analysis()
    routes = [here(rca), "/desk/rca/", f"{here(rca)}en.pdf", f"{here(rca)}1/"]
    for person in (rca.ticket.requester, make.mallory()):
        client = signed_in(person)
        assert {client.get(route).status_code for route in routes} == {404}
        assert client.post(f"{here(rca)}save", {"summary.text": "x"}).status_code == 404
        assert client.post(f"{here(rca)}move", {"what": "publish"}).status_code == 404
        assert client.post(f"/desk/tickets/{rca.ticket.number}/grant-rca", {"reason": "x"}).status_code == 404
    assert {Client().get(route).status_code for route in routes} == {302}
    assert Part.objects.count() == 0


def test_the_page_asks_as_much_with_much_in_it() -> None:
    rca, carol, desk = analysis()
    write(rca, carol)
    desk.get(here(rca))
    with CaptureQueriesContext(connection) as little:
        desk.get(here(rca))
    for number in range(5):
        doing = writing.Doing(f"More {number}", "fix", carol)
        writing.add_action(rca=rca, doing=doing, agent=carol, at=now(), by=make.actor(carol))
        stale = {"text": f"Aside {number}"}
        told = {"agent": carol, "at": now(), "by": make.actor(carol)}
        writing.keep_part(rca=rca, name="summary", value=stale, knows=0, **told)
    with CaptureQueriesContext(connection) as much:
        assert "More 4" in desk.get(here(rca)).content.decode()
    assert len(much) == len(little)
