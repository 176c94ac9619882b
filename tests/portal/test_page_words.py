"""What stands beside what on the customers' pages: words that agree with one another, in both languages."""

from __future__ import annotations

import pytest

from sterling.base.moment import now
from sterling.core.text import Text
from sterling.portal import sentences
from sterling.tickets.actions import merging
from tests import make
from tests.portal.conftest import SignIn, colleague, page

pytestmark = pytest.mark.usefixtures("installed")


@pytest.mark.parametrize(
    ("names", "en", "zh"),
    [
        (["Noor"], "Noor", "Noor"),
        (["Noor", "Ada"], "Noor and Ada", "Noor、Ada"),
        (["Noor", "Ada", "Joe"], "Noor, Ada and Joe", "Noor、Ada、Joe"),
    ],
)
def test_names_are_listed_as_one_says_them(names: list[str], en: str, zh: str) -> None:
    assert sentences.listed(names) == Text(en, zh)


def test_two_who_were_told_have_been_told(signed_in: SignIn) -> None:
    for name in ("Ines Roy", "Ada Kim"):
        make.agent(name, role="lead")
    alice = make.alice()
    ticket, client = make.ticket(alice, at=now()), signed_in(alice)
    client.post(f"/tickets/{ticket.number}/escalate", {"reason": "We lose orders."})
    shown = page(client, f"/tickets/{ticket.number}/")
    assert "Ada Kim and Ines Roy have been told." in shown or "Ines Roy and Ada Kim have been told." in shown


def test_a_merged_ticket_says_where_everything_goes_on(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    other, into = make.ticket(alice), make.ticket(alice)
    merging.merge(ticket=other, into=into, at=now(), by=make.actor(carol))
    shown = page(signed_in(alice), f"/tickets/{other.number}/")
    assert (
        f'This ticket goes on in <a class="link" href="/tickets/{into.number}/">#{into.number}</a>.' in shown
    )
    assert f"Nothing is due here any more: what we owe you is due on #{into.number}." in shown
    assert f"What you send goes to #{into.number}." in shown
    assert ("We are working on it" in shown, "Joined to another" in shown) == (False, True)


def test_the_ticket_it_goes_on_in_is_a_link_only_for_who_may_open_it(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    bob = colleague(alice, confirmed=False)
    his, hers = make.ticket(bob), make.ticket(alice)
    merging.merge(ticket=his, into=hers, at=now(), by=make.actor(carol))
    shown = page(signed_in(bob), f"/tickets/{his.number}/")
    assert (f"goes on in #{hers.number}." in shown, f'href="/tickets/{hers.number}/"' in shown) == (
        True,
        False,
    )


def test_a_closed_ticket_waits_for_no_engineer(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket, client = make.ticket(alice, at=now()), signed_in(alice)
    fresh = page(client, f"/tickets/{ticket.number}/", "zh")
    assert ("待分配" in fresh, "，待确认" in fresh) == (True, True)
    make.reply(ticket, carol, now(), status="closed")
    done = page(client, f"/tickets/{ticket.number}/", "zh")
    assert ("待分配" in done, "，待确认" in done) == (False, False)


def test_a_search_that_finds_nothing_leads_back_to_all_tickets(signed_in: SignIn) -> None:
    client = signed_in(make.alice())
    assert '<a class="button" href="/?view=all">Show all tickets</a>' in page(client, "/?q=zebra")


def test_who_asks_for_another_priority_reads_which_it_is_now(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, priority="high", at=now())
    client = signed_in(alice)
    assert "It is High now. Nobody has confirmed" in page(client, f"/tickets/{ticket.number}/priority")
    assert "当前为“高”。优先级尚未确认" in page(client, f"/tickets/{ticket.number}/priority", "zh")


def test_missing_answers_are_named_in_the_order_of_the_form(signed_in: SignIn) -> None:
    answer = signed_in(make.alice()).post("/new", {"subject": "Half"})
    html = answer.content.decode()
    named = html[html.index('<ul class="missing">') : html.index("</ul>", html.index('<ul class="missing">'))]
    assert named.index("Who notices?") < named.index("What happens")


def test_reports_that_a_plan_lacks_are_named_with_what_would_bring_them(signed_in: SignIn) -> None:
    client = signed_in(make.contact(make.organization(plan="silver"), "Ann Lee"))
    assert "<span>Not in Silver. Gold and Platinum include this.</span>" in page(client, "/reports/")
    assert "<span>银牌不含此项，金牌和白金计划包含此项。</span>" in page(client, "/reports/", "zh")


def test_an_escalation_that_nobody_could_be_told_of_is_told_all_the_same(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket, client = make.ticket(alice, at=now()), signed_in(alice)
    client.post(f"/tickets/{ticket.number}/escalate", {"reason": "We lose orders."})
    assert "escalated this; it was heard<" in page(client, f"/tickets/{ticket.number}/")
