"""Handovers: given with a summary, accepted by name, one owner at all times; what nobody accepts is heard of higher up."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from sterling.accounts.actions import rota
from sterling.accounts.actions.shifts import Regular
from sterling.accounts.models import Agent
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid, NotAllowed, NotYours
from sterling.channels.email import handovers as mails
from sterling.channels.email.models import StaffMail
from sterling.core.handovers import LATER, Step
from sterling.sla.kinds import Kind
from sterling.sla.models import Event
from sterling.tickets import handovers
from sterling.tickets.actions import changing, merging
from sterling.tickets.actions import handovers as actions
from sterling.tickets.actions.handovers import Note
from sterling.tickets.handover_words import suggested
from sterling.tickets.models import Handover, HandoverAlarm, HandoverAnswer, HandoverItem, Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
AT = make.TUESDAY
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
END = AT + 2 * HOUR


class Sun:
    """Europe hands over to the Americas: Erika gives; Carol and Dave are there; Lena leads, Omar is the manager."""

    def __init__(self) -> None:
        self.erika = make.agent("Erika Falk", region_id="europe")
        self.carol, self.dave = make.agent("Carol Mensah"), make.agent("Dave Ruiz")
        self.lena = make.agent("Lena Sommer", role="lead")
        self.omar = make.agent("Omar Diaz", role="admin")
        self.alice = make.alice()
        self.ticket = self.opened("Export fails", to=self.erika)
        self.other = self.opened("Sync stopped", to=self.erika)

    def opened(self, subject: str, *, to: Agent | None = None, priority: str = "high") -> Ticket:
        made = make.ticket(self.alice, priority=priority, subject=subject)
        return changing.assign(ticket=made, to=to, at=AT, by=SYSTEM) if to else made

    def give(self, *tickets: Ticket, to: Any = None, at: datetime = AT, **more: Any) -> Handover:
        notes = [Note(one, "It stops at 61 %.", "Ask for the log.", "Angry customer") for one in tickets]
        found = {"shift_ends": END, "until": END + 8 * HOUR, "accept_by": END} | more
        return actions.give(
            giver=self.erika, to=to or make.region(), notes=notes, at=at, by=make.actor(self.erika), **found
        )

    def accept(self, row: Handover, who: Agent, at: datetime = AT + HOUR, **more: Any) -> list[Ticket]:
        return actions.accept(handover=row, agent=who, at=at, by=make.actor(who), **more)


@pytest.fixture
def sun() -> Sun:
    return Sun()


def owner(ticket: Ticket) -> str:
    return str(Ticket.objects.select_related("assignee__user").get(pk=ticket.pk).assignee)


def told(ticket: Ticket) -> list[str]:
    found = Event.objects.filter(timeline=ticket.timeline_id, type=Kind.HANDOVER).order_by("seq")
    return [event.data["what"] for event in found]


def steps() -> list[tuple[str, datetime, list[int]]]:
    return list(HandoverAlarm.objects.order_by("at", "pk").values_list("step", "at", "told"))


def test_until_it_is_accepted_a_ticket_stays_whose_it_is_and_then_it_is_the_accepters(sun: Sun) -> None:
    row = sun.give(sun.ticket, sun.other)
    assert (owner(sun.ticket), owner(sun.other)) == ("Erika Falk", "Erika Falk")
    sun.accept(row, sun.carol, tickets=[sun.ticket.number])
    assert (owner(sun.ticket), owner(sun.other)) == ("Carol Mensah", "Erika Falk")
    sun.accept(row, sun.dave, at=AT + HOUR + MINUTE)
    assert owner(sun.other) == "Dave Ruiz"
    answers = HandoverAnswer.objects.order_by("pk").values_list("item__ticket", "verb", "name", "at")
    assert list(answers) == [
        (sun.ticket.pk, "accepted", "Carol Mensah", AT + HOUR),
        (sun.other.pk, "accepted", "Dave Ruiz", AT + HOUR + MINUTE),
    ]
    assert told(sun.ticket) == ["given", "accepted"]
    row.refresh_from_db()
    assert row.look_at is None


def test_nobodys_ticket_becomes_the_givers_so_that_somebody_has_it_at_all_times(sun: Sun) -> None:
    free = sun.opened("Nobody has it")
    sun.give(free)
    assert owner(free) == "Erika Falk"
    assert HandoverItem.objects.get().owner == sun.erika


def test_a_summary_keeps_the_exact_due_that_was_next(sun: Sun) -> None:
    sun.give(sun.ticket)
    item = HandoverItem.objects.get()
    # Gold, high: the reply within 3 hours, an update every 4.
    assert (item.next_metric, item.next_due) == ("first_response", AT + 3 * HOUR)
    assert (item.happened, item.next_action, item.risks) == (
        "It stops at 61 %.", "Ask for the log.", "Angry customer")  # fmt: skip


def test_an_answer_stands_and_is_given_once(sun: Sun) -> None:
    row = sun.give(sun.ticket)
    sun.accept(row, sun.carol)
    for again in (
        lambda: sun.accept(row, sun.dave),
        lambda: actions.decline(handover=row, agent=sun.dave, reason="No", at=AT + HOUR, by=SYSTEM),
        lambda: actions.withdraw(handover=row, agent=sun.erika, at=AT + HOUR, by=SYSTEM),
        lambda: sun.accept(row, sun.dave, tickets=[]),
        lambda: sun.accept(row, sun.dave, tickets=[sun.other.number]),
    ):
        with pytest.raises(Conflict):
            again()
    assert owner(sun.ticket) == "Carol Mensah"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        HandoverAnswer.objects.update(name="Somebody else")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        HandoverAnswer.objects.all().delete()


def test_only_whom_it_was_given_to_may_answer(sun: Sun) -> None:
    erhan = make.agent("Erhan Kaya", region_id="europe")
    to_americas, to_dave = sun.give(sun.ticket), sun.give(sun.other, to=sun.dave)
    for row, who in ((to_americas, erhan), (to_dave, sun.carol), (to_americas, sun.erika)):
        with pytest.raises(NotAllowed):
            sun.accept(row, who)
        with pytest.raises(NotAllowed):
            actions.decline(handover=row, agent=who, reason="No", at=AT, by=SYSTEM)
    with pytest.raises(NotAllowed):
        actions.withdraw(handover=to_dave, agent=sun.dave, at=AT, by=SYSTEM)
    assert not HandoverAnswer.objects.exists()
    sun.accept(to_dave, sun.dave)
    sun.accept(to_americas, sun.lena)  # a lead may, since leads hear of what nobody accepts
    assert (owner(sun.ticket), owner(sun.other)) == ("Lena Sommer", "Dave Ruiz")


def test_customers_find_no_handover(sun: Sun) -> None:
    row = sun.give(sun.ticket)
    for who in (sun.alice, make.mallory()):
        assert list(handovers.handovers_for(make.viewer(who))) == []
        with pytest.raises(NotYours):
            handovers.handover_for(make.viewer(who), row.pk)
    assert handovers.handover_for(make.viewer(sun.dave), row.pk) == row


def test_a_decline_says_why_at_once_and_the_ticket_stays_with_its_owner(sun: Sun) -> None:
    row = sun.give(sun.ticket, sun.other)
    with pytest.raises(Invalid):
        actions.decline(handover=row, agent=sun.carol, reason="  ", at=AT + HOUR, by=SYSTEM)
    at = AT + HOUR
    actions.decline(
        handover=row, agent=sun.carol, reason="No disk  expert here", tickets=[sun.ticket.number], at=at,
        by=make.actor(sun.carol),
    )  # fmt: skip
    assert owner(sun.ticket) == "Erika Falk"
    answer = HandoverAnswer.objects.get()
    assert (answer.verb, answer.name, answer.reason) == ("declined", "Carol Mensah", "No disk expert here")
    assert steps() == [(Step.DECLINED, at, [sun.lena.pk, sun.erika.pk])]
    # The other one waits on, and what was declined can be given again.
    assert sun.accept(row, sun.dave)[0].pk == sun.other.pk
    sun.give(sun.ticket, to=sun.dave, at=at)


def test_the_giver_takes_back_what_nobody_has_accepted(sun: Sun) -> None:
    row = sun.give(sun.ticket, sun.other)
    sun.accept(row, sun.carol, tickets=[sun.other.number])
    actions.withdraw(handover=row, agent=sun.erika, at=AT + HOUR, by=make.actor(sun.erika))
    assert (owner(sun.ticket), owner(sun.other)) == ("Erika Falk", "Carol Mensah")
    assert told(sun.ticket) == ["given", "withdrawn"]
    assert actions.escalate(at=END + 9 * HOUR) == 0


def test_a_ticket_is_in_one_handover_at_a_time(sun: Sun) -> None:
    sun.give(sun.ticket)
    with pytest.raises(Conflict, match="is being handed over already"):
        sun.give(sun.other, sun.ticket, to=sun.dave)
    assert Handover.objects.count() == 1
    item = HandoverItem.objects.get()
    again = HandoverItem(
        organization=item.organization, handover=item.handover, ticket=item.ticket, owner=sun.dave
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_what_is_not_said_or_nowhere_is_refused_and_nothing_is_given(sun: Sun) -> None:
    make.reply(sun.other, sun.erika, AT, status="closed")
    with pytest.raises(Conflict, match="is closed"):
        sun.give(sun.ticket, sun.other)
    for change in ({"to": sun.erika}, {"until": END}, {"accept_by": AT}):
        with pytest.raises(Invalid):
            sun.give(sun.ticket, **change)
    with pytest.raises(Invalid) as refused:
        actions.give(
            giver=sun.erika, to=sun.dave, notes=[Note(sun.ticket, " ", "")], shift_ends=END, until=END + HOUR,
            at=AT, by=SYSTEM,
        )  # fmt: skip
    assert [error.field for error in refused.value.errors] == [
        f"tickets.{sun.ticket.number}.happened", f"tickets.{sun.ticket.number}.next_action"]  # fmt: skip
    with pytest.raises(Invalid):
        sun.give()
    assert not Handover.objects.exists()


def test_another_owner_or_an_end_beside_it_settles_that_part(sun: Sun) -> None:
    third = sun.opened("Wrong totals", to=sun.erika)
    row = sun.give(sun.ticket, sun.other, third)
    changing.assign(ticket=sun.ticket, to=sun.dave, at=AT + HOUR, by=make.actor(sun.dave))
    make.reply(sun.other, sun.erika, AT + HOUR, status="closed")
    merging.merge(ticket=third, into=sun.ticket, at=AT + HOUR, by=SYSTEM)
    answers = HandoverAnswer.objects.order_by("pk").values_list("verb", "name")
    assert list(answers) == [("taken", "Dave Ruiz"), ("ended", ""), ("ended", "")]
    with pytest.raises(Conflict):
        sun.accept(row, sun.carol)
    assert (owner(sun.ticket), actions.escalate(at=END + HOUR)) == ("Dave Ruiz", 0)


# ---- what nobody accepts ----


def test_what_nobody_accepted_reaches_lead_and_duty_manager_in_desk_and_mail_once(sun: Sun) -> None:
    row = sun.give(sun.ticket)
    assert actions.escalate(at=END) == 0
    for _ in range(2):
        actions.escalate(at=END + MINUTE)
        mails.write(at=END + MINUTE)
    assert steps() == [(Step.LEAD, END, [sun.lena.pk, sun.erika.pk])]
    for _ in range(2):
        actions.escalate(at=END + LATER + MINUTE)
        mails.write(at=END + LATER + MINUTE)
    assert steps()[1:] == [(Step.DUTY_MANAGER, END + LATER, [sun.omar.pk, sun.erika.pk])]
    sent = StaffMail.objects.order_by("agent", "pk").values_list("agent__user__name", "subject")
    subject = "Handover not accepted: Erika Falk to Americas"
    assert list(sent) == [
        (name, subject) for name in ("Erika Falk", "Erika Falk", "Lena Sommer", "Omar Diaz")
    ]
    body = StaffMail.objects.filter(agent=sun.lena).get().text
    assert "Not accepted by" in body
    assert f"#{sun.ticket.number} Export fails" in body
    assert f"/desk/handovers/{row.pk}/" in body
    # Accepted late: the history stays, and nobody looks any more.
    sun.accept(row, sun.carol, at=END + HOUR)
    assert (owner(sun.ticket), len(steps())) == ("Carol Mensah", 2)
    row.refresh_from_db()
    assert row.look_at is None


def test_a_worker_that_was_off_for_a_day_tells_what_was_so_at_each_instant(sun: Sun) -> None:
    between = sun.give(sun.ticket)
    in_time = sun.give(sun.other)
    third = sun.opened("Never accepted", to=sun.erika)
    never = sun.give(third)
    sun.accept(in_time, sun.carol, at=END)
    sun.accept(between, sun.carol, at=END + MINUTE)
    assert actions.escalate(at=END + 24 * HOUR) == 2
    found = HandoverAlarm.objects.order_by("handover", "at").values_list("handover", "step", "at")
    assert list(found) == [
        (between.pk, Step.LEAD, END),
        (never.pk, Step.LEAD, END),
        (never.pk, Step.DUTY_MANAGER, END + LATER),
    ]
    assert actions.escalate(at=END + 48 * HOUR) == 0


def test_an_answer_never_lies_before_an_alarm_that_was_raised(sun: Sun) -> None:
    """A click that was made a moment before, and committed a moment after: what was told stays true."""
    row = sun.give(sun.ticket)
    actions.escalate(at=END + MINUTE)
    sun.accept(row, sun.carol, at=END - timedelta(seconds=1))
    assert HandoverAnswer.objects.get().at == END + MINUTE


def test_one_that_is_given_late_leaves_a_quarter_of_an_hour(sun: Sun) -> None:
    row = sun.give(sun.ticket, at=END - MINUTE, accept_by=None)
    assert (row.accept_by, row.look_at) == (END + 14 * MINUTE, END + 14 * MINUTE)


def test_a_decline_is_mailed_in_the_readers_language(sun: Sun) -> None:
    sun.lena.user.language = "zh"
    sun.lena.user.save(update_fields=["language"])
    row = sun.give(sun.ticket)
    actions.decline(handover=row, agent=sun.carol, reason="No expert", at=AT + HOUR, by=SYSTEM)
    assert mails.write(at=AT + HOUR) == 2
    number = sun.ticket.number
    said = dict(StaffMail.objects.values_list("agent", "subject"))
    assert said == {sun.lena.pk: f"交接被拒：#{number}", sun.erika.pk: f"Handover declined: #{number}"}
    text = StaffMail.objects.get(agent=sun.lena).text
    assert f"Carol Mensah 未接收 Erika Falk 交给美洲的 #{number}：No expert" in text


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_raise_and_mail_each_step_once() -> None:
    sun = Sun()
    for number in range(4):
        sun.give(sun.opened(f"Ticket {number}", to=sun.erika))
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            start.wait()
            for _ in range(6):
                actions.escalate(at=END + HOUR, batch=1)
                mails.write(at=END + HOUR)
        except BaseException as error:  # noqa: BLE001 - said below
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    actions.escalate(at=END + HOUR)
    mails.write(at=END + HOUR)
    assert failed == []
    assert HandoverAlarm.objects.count() == 8
    assert StaffMail.objects.count() == 16


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_leave_one_owner() -> None:
    sun = Sun()
    row = sun.give(sun.ticket, sun.other)
    start = threading.Barrier(2)
    done: list[str] = []

    def work(who: Agent) -> None:
        try:
            start.wait()
            sun.accept(row, who)
            done.append(who.name)
        except Conflict:
            done.append("too late")
        finally:
            connection.close()

    both = [threading.Thread(target=work, args=(who,)) for who in (sun.carol, sun.dave)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert (len(done), done.count("too late")) == (2, 1)
    [winner] = [name for name in done if name != "too late"]
    assert (owner(sun.ticket), owner(sun.other)) == (winner, winner)
    assert set(HandoverAnswer.objects.values_list("name", flat=True)) == {winner}


# ---- what the next shift has to see ----


def test_the_next_shift_sees_what_is_due_in_it_urgent_unassigned_or_waiting(sun: Sun) -> None:
    calm = sun.opened("Calm", to=sun.erika, priority="low")
    make.reply(calm, sun.erika, AT + MINUTE)  # nothing is owed, and no update runs on Low
    answered = sun.opened("Answered", to=sun.erika)
    make.reply(answered, sun.erika, AT + MINUTE)  # the next update is due in 4 hours
    urgent = sun.opened("All is down", to=sun.erika, priority="urgent")
    elsewhere = sun.opened("Of the Americas", to=sun.carol)
    found = handovers.pending(make.viewer(sun.erika), sun.erika, AT + 2 * MINUTE, AT + 3 * HOUR)
    assert [(one.ticket.subject, one.reply_due, one.update_due) for one in found] == [
        ("All is down", AT + HOUR, AT + 4 * HOUR),
        ("Export fails", AT + 3 * HOUR, AT + 4 * HOUR),
        ("Sync stopped", AT + 3 * HOUR, AT + 4 * HOUR),
    ]
    assert [(one.is_owed, one.is_urgent, one.is_late) for one in found[:2]] == [
        (True, True, False), (True, False, False)]  # fmt: skip
    later = handovers.pending(make.viewer(sun.erika), sun.erika, AT + 2 * MINUTE, AT + 5 * HOUR)
    assert [one.ticket.subject for one in later][-1] == "Answered"
    assert later[-1].update_due == AT + MINUTE + 4 * HOUR
    assert elsewhere.pk not in {one.ticket.pk for one in later}
    assert urgent.pk in {one.ticket.pk for one in later}
    # Dave's region: everything of it, also what nobody has.
    free = sun.opened("Nobody has it")
    seen = handovers.pending(make.viewer(sun.dave), sun.dave, AT + 2 * MINUTE, AT + 3 * HOUR)
    assert [one.is_unassigned for one in seen if one.ticket.pk == free.pk] == [True]
    sun.give(free)
    seen = handovers.pending(make.viewer(sun.dave), sun.dave, AT + 2 * MINUTE, AT + 3 * HOUR)
    assert free.pk not in {one.ticket.pk for one in seen}


def test_the_summary_is_prefilled_from_facts_in_both_languages(sun: Sun) -> None:
    make.wrote(sun.ticket, sun.alice, AT + 5 * MINUTE, "It is worse now.")
    found = handovers.pending(make.viewer(sun.erika), sun.erika, AT + 4 * HOUR, AT + 9 * HOUR)
    [one] = [one for one in found if one.ticket.pk == sun.ticket.pk]
    words = suggested(one, AT + 4 * HOUR, UTC)
    assert words.happened.en == "Customer, Tue 16:05 UTC: It is worse now."
    assert words.next_action.en == "Answer the customer by Tue 19:00 UTC."
    assert words.next_action.zh == "在周二 19:00（协调世界时）前回复客户。"
    assert words.risks.en == "The reply was due Tue 19:00 UTC and is owed still."


def test_the_change_of_shifts_is_read_from_the_rota(sun: Sun) -> None:
    for who, start, end in (
        (sun.erika, "09:00", "18:00"),
        (sun.carol, "08:00", "16:00"),
        (sun.dave, "10:00", "19:00"),
    ):
        hours = {"weekly": {"tue": [[start, end]]}}
        rota.add_shift(agent=who, regular=Regular(hours, date(2026, 3, 1)), at=AT, by=SYSTEM)
    # Erika ends at 18:00 in Berlin, 17:00 UTC; the Americas go on until Dave's 19:00 in Chicago.
    change = handovers.next_change(sun.erika, AT)
    assert (change.ends, change.until, change.region) == (
        datetime(2026, 3, 3, 17, tzinfo=UTC), datetime(2026, 3, 4, 1, tzinfo=UTC), "americas")  # fmt: skip


def test_who_is_expected_to_answer_is_counted(sun: Sun) -> None:
    row = sun.give(sun.ticket)
    sun.give(sun.other, to=sun.dave)
    counts = [handovers.waiting_for(who) for who in (sun.carol, sun.dave, sun.erika, sun.omar)]
    assert counts == [1, 2, 0, 1]
    actions.escalate(at=END + LATER + MINUTE)
    sun.accept(row, sun.carol, at=END + HOUR)
    assert [handovers.waiting_for(who) for who in (sun.carol, sun.dave, sun.omar)] == [0, 1, 1]
