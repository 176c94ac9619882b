"""What is typed and not sent: kept per engineer, ticket and mode, and never lost between two windows or in a merge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.base.errors import Invalid
from sterling.tickets.access import drafts_of
from sterling.tickets.actions import drafting, merging
from sterling.tickets.models import Draft, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)


def keep(ticket: Ticket, agent: object, body: str, mode: str = "reply", **more: object) -> Draft | None:
    return drafting.keep_draft(ticket=ticket, agent=agent, mode=mode, body=body, at=TUESDAY, **more)


def kept(ticket: Ticket, agent: object) -> dict[str, str]:
    return {mode: draft.body for mode, draft in drafts_of(make.viewer(agent), ticket).items()}


def test_reply_and_note_are_two_drafts_and_each_engineer_has_their_own() -> None:
    ticket, carol, dave = make.ticket(make.alice()), make.agent(), make.agent("Dave Okafor")
    keep(ticket, carol, "To Alice", status="pending", files=["a.log"])
    keep(ticket, carol, "To Dave", mode="note")
    assert kept(ticket, carol) == {"reply": "To Alice", "note": "To Dave"}
    assert kept(ticket, dave) == {}
    reply = drafts_of(make.viewer(carol), ticket)["reply"]
    assert (reply.status, reply.files, reply.saved_at) == ("pending", ["a.log"], TUESDAY)


def test_the_same_words_saved_twice_are_one_version() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    keep(ticket, carol, "Half a sentence")
    assert keep(ticket, carol, "Half a sentence").version == 1


def test_an_emptied_composer_keeps_no_draft() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    first = keep(ticket, carol, "Half a")
    assert keep(ticket, carol, " \n", knows=first.version) is None
    assert keep(ticket, carol, "") is None
    assert Draft.objects.count() == 0


def test_words_that_another_window_saved_stay_beside_the_new_ones() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    first = keep(ticket, carol, "From the office")
    second = keep(ticket, carol, "From home")
    assert (second.body, second.other, second.version) == ("From home", "From the office", 2)
    third = keep(ticket, carol, "From home, more", knows=second.version)
    assert (third.body, third.other) == ("From home, more", "From the office")
    drafting.drop_draft(ticket=ticket, agent=carol, mode="reply", knows=third.version)
    assert kept(ticket, carol) == {"reply": "From the office"}
    assert first.version == 1


def test_words_that_went_on_after_a_lost_answer_are_no_other_windows() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    keep(ticket, carol, "From home")
    second = keep(ticket, carol, "From home, more")
    assert (second.body, second.other, second.version) == ("From home, more", "", 2)


def test_an_empty_window_does_not_wipe_what_another_one_wrote() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    keep(ticket, carol, "From the office")
    after = keep(ticket, carol, "", knows=0)
    assert (after.body, after.other) == ("", "From the office")


def test_sending_drops_what_was_sent_and_nothing_that_came_later() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    first = keep(ticket, carol, "Sent")
    later = keep(ticket, carol, "Sent, and more", knows=first.version)
    drafting.drop_draft(ticket=ticket, agent=carol, mode="reply", knows=first.version)
    assert kept(ticket, carol) == {"reply": "Sent, and more"}
    drafting.drop_draft(ticket=ticket, agent=carol, mode="reply", knows=later.version)
    assert kept(ticket, carol) == {}


def test_a_merge_takes_drafts_along_and_joins_two() -> None:
    alice, carol, dave = make.alice(), make.agent(), make.agent("Dave Okafor")
    first, second = make.ticket(alice), make.ticket(alice)
    keep(first, carol, "about the first")
    keep(second, carol, "about the second")
    keep(first, dave, "a note", mode="note")
    merging.merge(ticket=first, into=second, at=TUESDAY + MINUTE, by=make.actor(carol))
    assert kept(second, carol) == {"reply": "about the second\n\nabout the first"}
    assert kept(second, dave) == {"note": "a note"}
    assert (kept(first, carol), kept(first, dave)) == ({}, {})


def test_what_is_still_typed_into_a_merged_ticket_goes_to_the_one_that_goes_on() -> None:
    alice, carol = make.alice(), make.agent()
    first, second = make.ticket(alice), make.ticket(alice)
    merging.merge(ticket=first, into=second, at=TUESDAY + MINUTE, by=make.actor(carol))
    keep(first, carol, "typed a moment too late")
    assert kept(second, carol) == {"reply": "typed a moment too late"}


@pytest.mark.parametrize(
    ("field", "more"),
    [("mode", {"mode": "chat"}), ("status", {"status": "melted"}), ("body", {"body": "x" * 1_000_001})],
)
def test_what_cannot_be_a_draft_is_refused_by_its_field(field: str, more: dict[str, str]) -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    with pytest.raises(Invalid) as refused:
        drafting.keep_draft(
            **{"ticket": ticket, "agent": carol, "mode": "reply", "body": "x", "at": TUESDAY} | more
        )
    assert [one.field for one in refused.value.errors] == [field]
    assert Draft.objects.count() == 0
