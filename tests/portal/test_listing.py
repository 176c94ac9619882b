"""Views, whose tickets, and the search: what is there, and nothing that the reader may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.base.moment import now
from sterling.tickets.actions import writing
from sterling.tickets.content import Content
from tests import make
from tests.portal.conftest import SignIn, colleague, page

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_each_view_holds_its_own_and_says_how_many(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    make.ticket(alice, subject="Fresh one")
    for subject, status in (("Asked one", "pending"), ("Done one", "solved")):
        ticket = make.ticket(alice, subject=subject, at=now() - HOUR)
        make.reply(ticket, carol, now() - MINUTE, status=status)
    client = signed_in(alice)
    seen = {
        view: [one for one in ("Fresh one", "Asked one", "Done one") if one in page(client, f"/?view={view}")]
        for view in ("open", "waiting", "solved", "all")
    }
    assert seen == {
        "open": ["Fresh one", "Asked one"],
        "waiting": ["Asked one"],
        "solved": ["Done one"],
        "all": ["Fresh one", "Asked one", "Done one"],
    }
    for same in ("/", "/?view=open", "/?view=nonsense"):
        assert 'aria-current="page">Open<span class="count">2</span>' in page(client, same)
    assert 'Waiting for you<span class="count">1</span>' in page(client, "/")


def test_a_row_says_plainly_what_was_kept_and_what_came_late(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - 9 * HOUR, priority="urgent")
    make.reply(ticket, carol, now() - 9 * HOUR + MINUTE)
    make.wrote(ticket, alice, now() - 8 * HOUR)
    make.reply(ticket, carol, now() - 6 * HOUR)
    client = signed_in(alice)
    assert "3 kept" in page(client, "/")
    assert '<span class="late">1 late</span>' in page(client, "/")
    assert "1 项迟了" in page(client, "/", "zh")


def test_a_confirmed_contact_may_look_at_their_own_alone(signed_in: SignIn) -> None:
    alice = make.alice()
    make.ticket(alice, subject="Hers")
    make.ticket(colleague(alice), subject="His")
    client = signed_in(alice)
    assert "His" in page(client, "/")
    mine = page(client, "/?whose=mine")
    assert "Hers" in mine
    assert ">His<" not in mine


@pytest.mark.parametrize("words", ["export", "EXPORT 61", "#{number}", "{number}", "reyes", "出口 abc"])
def test_the_search_finds_subject_number_person_and_what_was_said(signed_in: SignIn, words: str) -> None:
    alice = make.alice()
    ticket = make.ticket(colleague(alice), subject="Export fails", text="It stops at 61 %. 出口 ABC")
    make.ticket(alice, subject="Another thing", text="Unlike.")
    said = page(signed_in(alice), "/?q=" + words.format(number=ticket.number).replace("#", "%23"))
    assert "Export fails" in said
    assert "Another thing" not in said


def test_the_search_looks_into_no_note_and_no_other_organization(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, subject="Hers")
    writing.note(ticket=ticket, agent=carol, content=Content("zebra"), at=now(), by=make.actor(carol))
    make.ticket(make.mallory(), subject="Foreign", text="giraffe")
    bob = colleague(alice, confirmed=False)
    client = signed_in(alice)
    for words in ("zebra", "giraffe", "Foreign"):
        assert "Nothing found" in page(client, f"/?q={words}")
    assert "Nothing found" in page(signed_in(bob), "/?q=Hers")


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "%00", "x" * 500, "a " * 100, "９９"])
def test_no_word_breaks_the_search(signed_in: SignIn, words: str) -> None:
    alice = make.alice()
    make.ticket(alice, subject="Hers")
    assert signed_in(alice).get("/", {"q": words}).status_code == 200


def test_each_empty_view_says_what_is_true(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    make.reply(make.ticket(alice, at=now() - HOUR), carol, now() - MINUTE, status="solved")
    client = signed_in(alice)
    assert "Everything you asked is solved." in page(client, "/")
    assert "Nothing waits for you" in page(client, "/?view=waiting")
    assert "没有等您回复的工单" in page(client, "/?view=waiting", "zh")
