"""Root-cause analyses open by themselves, once, follow their tickets and ring, whatever ends a worker."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import warnings
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections

from sterling.base.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotEntitled,
)
from sterling.channels.email import staff
from sterling.channels.email.models import StaffMail
from sterling.core.rca import Edition
from sterling.desk import alarms as desk_alarms
from sterling.premium.rca import access, alarms, editions, moving, opening
from sterling.premium.rca.models import Rca
from sterling.sla import alarms as rung
from sterling.sla.models import Alarm, Nudge
from sterling.tickets.actions import changing, merging, plans, relieving
from tests import make
from tests.flows.test_killed_while_ringing import Steps
from tests.premium.analyses import (
    DAY,
    FIFTH,
    HOUR,
    TENTH,
    TUESDAY,
    analysis,
    closed,
    publish,
    submit,
    urgent,
    worked_around,
    write,
)

pytestmark = pytest.mark.usefixtures("installed")


class TestOpening:
    def test_it_opens_by_itself_with_owner_and_due_dates_and_only_once(self) -> None:
        carol = make.agent()
        ticket = make.ticket(make.alice(make.organization(plan="platinum")), priority="urgent")
        changing.assign(ticket=ticket, to=carol, at=TUESDAY, by=make.actor(carol))
        opening.look(at=TUESDAY)
        assert Rca.objects.count() == 0
        changing.set_priority(ticket=ticket, priority="urgent", at=TUESDAY, by=make.actor(carol))
        for _ in range(3):
            opening.look(at=TUESDAY)
        rca = Rca.objects.get()
        assert (rca.state, rca.owner, rca.because, rca.owed_since) == ("open", carol, "plan", TUESDAY)
        assert (rca.starts_at, rca.preliminary_due, rca.final_due) == (None, None, None)
        worked_around(ticket, carol, TUESDAY + HOUR)
        opening.look(at=TUESDAY + HOUR)
        rca.refresh_from_db()
        assert (rca.starts_at, rca.started_by) == (TUESDAY + HOUR, "workaround")
        assert (rca.preliminary_due, rca.final_due) == (FIFTH, TENTH)
        assert Nudge.objects.count() == 0

    def test_raising_to_urgent_confirms_it_and_lowering_afterwards_changes_nothing(self) -> None:
        carol = make.agent()
        ticket = make.ticket(make.alice(make.organization(plan="platinum")))
        for priority in ("urgent", "low"):
            changing.set_priority(ticket=ticket, priority=priority, at=TUESDAY, by=make.actor(carol))
        opening.look(at=TUESDAY)
        assert Rca.objects.get().ticket == ticket

    @pytest.mark.parametrize("plan", [None, "silver", "gold"])
    def test_other_plans_owe_none(self, plan: str | None) -> None:
        organization = make.organization(plan=plan)
        carol = make.agent()
        ticket = make.ticket(
            make.contact(organization, "Alice Moreau", premium=bool(plan)), priority="urgent"
        )
        changing.set_priority(ticket=ticket, priority="urgent", at=TUESDAY, by=make.actor(carol))
        opening.look(at=TUESDAY)
        assert Rca.objects.count() == 0
        with pytest.raises(NotEntitled) as refused:
            access.analysis_for(make.viewer(carol), ticket.number, TUESDAY)
        assert (refused.value.entitlement, refused.value.remedy.en) == ("rca", "Platinum includes this.")

    def test_a_customers_own_word_that_it_is_urgent_is_no_confirmation(self) -> None:
        make.ticket(make.alice(make.organization(plan="platinum")), priority="urgent")
        opening.look(at=TUESDAY)
        assert Rca.objects.count() == 0

    def test_an_upgrade_brings_the_analysis_of_what_was_urgent_before(self) -> None:
        ticket, _ = urgent("gold")
        contract = ticket.organization.contracts.get()
        plans.change_plan(contract=contract, plan="platinum", at=TUESDAY + DAY, by=make.SYSTEM)
        opening.look(at=TUESDAY + DAY)
        assert Rca.objects.get().owed_since == TUESDAY + DAY

    def test_a_lost_row_is_rebuilt_from_the_log(self) -> None:
        rca, _ = analysis()
        ticket, kept = rca.ticket, Rca.objects.values().get()
        Rca.objects.all().delete()
        opening.settle(ticket=ticket, at=TUESDAY + HOUR)
        assert Rca.objects.values().get() | {"id": 0} == kept | {"id": 0}

    def test_a_reopening_takes_back_a_resolution_and_a_thank_you_does_not(self) -> None:
        ticket, carol = urgent()
        alice = ticket.requester
        make.reply(ticket, carol, TUESDAY + HOUR, status="solved")
        opening.look(at=TUESDAY + HOUR)
        assert Rca.objects.get().preliminary_due == FIFTH
        make.wrote(ticket, alice, TUESDAY + 2 * HOUR, "Thank you!")
        opening.look(at=TUESDAY + 2 * HOUR)
        assert Rca.objects.get().preliminary_due is None
        relieving.no_reply_needed(
            ticket=ticket, reason="thanks", at=TUESDAY + 27 * HOUR, by=make.actor(carol)
        )
        opening.look(at=TUESDAY + 27 * HOUR)
        assert Rca.objects.get().starts_at == TUESDAY + HOUR
        make.wrote(ticket, alice, TUESDAY + 28 * HOUR, "It is back.")
        make.reply(ticket, carol, TUESDAY + 29 * HOUR, status="solved")
        opening.look(at=TUESDAY + 29 * HOUR)
        assert Rca.objects.get().starts_at == TUESDAY + 29 * HOUR

    def test_a_merged_tickets_days_count_from_what_became_of_it_where_it_went_on(self) -> None:
        ticket, carol = urgent()
        into = make.ticket(ticket.requester, subject="The same")
        opening.look(at=TUESDAY)
        merging.merge(ticket=ticket, into=into, at=TUESDAY + HOUR, by=make.actor(carol))
        opening.look(at=TUESDAY + HOUR)
        assert Rca.objects.get().starts_at is None
        worked_around(into, carol, TUESDAY + 2 * HOUR)
        opening.look(at=TUESDAY + 2 * HOUR)
        assert Rca.objects.get().starts_at == TUESDAY + 2 * HOUR
        told = [(one.what, one.at - TUESDAY) for one in editions.lines_of(Rca.objects.get())]
        assert told == [
            ("reported", 0 * HOUR), ("confirmed", 0 * HOUR), ("merged", HOUR), ("workaround", 2 * HOUR),
        ]  # fmt: skip

    def test_a_holiday_that_is_declared_moves_the_dates(self) -> None:
        rca, _ = analysis()
        closed(rca, "2026-03-06", TUESDAY + DAY)
        opening.look(at=TUESDAY + DAY)
        rca.refresh_from_db()
        assert (rca.preliminary_due, rca.final_due) == (FIFTH + DAY, TENTH + DAY)


class TestGranting:
    def test_a_manager_grants_one_elsewhere_on_record(self) -> None:
        ticket, carol = urgent("gold")
        lea = make.agent("Lea Roth", role="lead")
        with pytest.raises(NotAllowed):
            moving.grant(ticket=ticket, reason="Board", agent=carol, at=TUESDAY, by=make.actor(carol))
        with pytest.raises(Invalid):
            moving.grant(ticket=ticket, reason=" ", agent=lea, at=TUESDAY, by=make.actor(lea))
        assert Rca.objects.count() == 0
        made = moving.grant(
            ticket=ticket, reason="Their board asks", agent=lea, at=TUESDAY + HOUR, by=make.actor(lea)
        )
        assert (made.because, made.owed_since) == ("exception", TUESDAY + HOUR)
        event = ticket.timeline.events.get(type="rca_granted")
        assert (event.data, event.actor_name) == ({"reason": "Their board asks"}, "Lea Roth")
        with pytest.raises(Conflict, match=r"has its analysis already"):
            moving.grant(ticket=ticket, reason="again", agent=lea, at=TUESDAY, by=make.actor(lea))
        assert ticket.timeline.events.filter(type="rca_granted").count() == 1

    def test_one_is_granted_for_a_closed_ticket_too(self) -> None:
        ticket, carol = urgent("gold")
        make.reply(ticket, carol, TUESDAY + HOUR, status="closed")
        lea = make.agent("Lea Roth", role="lead")
        made = moving.grant(ticket=ticket, reason="Audit", agent=lea, at=TUESDAY + DAY, by=make.actor(lea))
        assert made.starts_at == TUESDAY + DAY


class TestRinging:
    def rang(self) -> list[tuple[str, int]]:
        return [
            (one.metric, one.share)
            for one in Alarm.objects.filter(metric__startswith="rca").order_by("at", "pk")
        ]

    def test_it_rings_at_each_share_and_once_to_owner_lead_and_duty_manager(self) -> None:
        lea = make.agent("Lea Roth", role="lead")
        ada = make.agent("Ada King", role="admin")
        rca, carol = analysis()
        moving.give(rca=rca, to=carol, at=TUESDAY, by=make.SYSTEM)
        for _ in range(2):
            alarms.ring(at=FIFTH - DAY)
        assert self.rang() == [("rca_preliminary", 50), ("rca_preliminary", 75)]
        for _ in range(2):
            alarms.ring(at=FIFTH + timedelta(seconds=1))
        assert sorted(self.rang()[2:]) == [
            ("rca_final", 50), ("rca_preliminary", 90), ("rca_preliminary", 100),
        ]  # fmt: skip
        told = {one.share: one.told for one in Alarm.objects.filter(metric="rca_preliminary")}
        assert told == {
            50: [carol.pk],
            75: [carol.pk],
            90: [carol.pk, lea.pk],
            100: [carol.pk, lea.pk, ada.pk],
        }
        miss = Alarm.objects.get(metric="rca_preliminary", share=100)
        assert rung.said(miss).en == "Preliminary root-cause analysis past due"
        assert (miss.due, miss.to_mail) == (FIFTH, [carol.pk, lea.pk, ada.pk])

    def test_a_miss_stands_on_the_alarms_page_and_goes_out_in_the_batch_of_mail(self) -> None:
        rca, carol = analysis()
        moving.give(rca=rca, to=carol, at=TUESDAY, by=make.SYSTEM)
        missed = FIFTH + timedelta(seconds=1)
        alarms.ring(at=missed)
        page = desk_alarms.alarms_page(make.viewer(carol), missed, everyone=False)
        said = [row.said.en for group in page.standing for row in group.rows]
        assert said[0] == "Preliminary root-cause analysis past due"
        assert staff.write_batches(at=missed + staff.WINDOW) == 1
        letter = StaffMail.objects.get(agent=carol)
        number = rca.ticket.number
        assert (
            f"#{number} Export fails (Halden Freight)\nPreliminary root-cause analysis past due"
            in letter.text
        )
        assert staff.write_batches(at=missed + DAY) == 0

    def test_before_its_time_and_after_it_was_published_it_is_silent(self) -> None:
        rca, carol = analysis()
        alarms.ring(at=TUESDAY + 2 * HOUR)
        assert self.rang() == []
        write(rca, carol)
        submit(rca, carol, Edition.FINAL)
        publish(rca, make.agent("Omar Diaz"))
        alarms.ring(at=TENTH + 30 * DAY)
        assert self.rang() == []

    def test_what_rang_stands_until_it_is_published(self) -> None:
        rca, carol = analysis()
        alarms.ring(at=FIFTH - DAY)
        assert {one.share for one in rung.standing(rung.told(), FIFTH)} == {50, 75}
        make.reply(rca.ticket, carol, TUESDAY + 4 * HOUR, status="closed")
        assert {one.share for one in rung.standing(rung.told(), FIFTH)} == {50, 75}
        write(rca, carol)
        submit(rca, carol)
        publish(rca, make.agent("Omar Diaz"), at=FIFTH - HOUR)
        assert list(rung.standing(rung.told(), FIFTH).filter(metric__startswith="rca")) == []

    def test_a_due_that_moved_does_not_ring_a_share_twice(self) -> None:
        rca, _ = analysis()
        alarms.ring(at=FIFTH - DAY)
        closed(rca, "2026-03-10", FIFTH - DAY)
        opening.look(at=FIFTH - DAY)
        alarms.ring(at=FIFTH + timedelta(seconds=1))
        assert ("rca_preliminary", 100) not in self.rang()
        alarms.ring(at=FIFTH + DAY + timedelta(seconds=1))
        found = [one for one in self.rang() if one[0] == "rca_preliminary"]
        assert found == [("rca_preliminary", share) for share in (50, 75, 90, 100)]


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_one_analysis() -> None:
    tickets = [urgent()[0] for _ in range(8)]
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        opening.look(at=TUESDAY)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Rca.objects.values_list("ticket_id", flat=True)) == [one.pk for one in tickets]
    assert Nudge.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_every_step_opens_one_analysis_and_rings_once(installed: None) -> None:  # noqa: ARG001 - the regions
    """A process ends before each statement and each commit in turn; whoever comes next finishes."""
    at = FIFTH - DAY
    for deadly in itertools.count(1):
        ticket, carol = urgent()
        worked_around(ticket, carol, TUESDAY + HOUR)
        ended = killed_at(deadly, lambda: (opening.look(at=at), alarms.ring(at=at)))
        assert ended in {0, -signal.SIGKILL}
        opening.look(at=at)
        alarms.ring(at=at)
        assert Rca.objects.filter(ticket=ticket).count() == 1
        rang = Alarm.objects.filter(timeline=ticket.timeline_id, metric__startswith="rca")
        assert sorted(rang.values_list("metric", "share")) == [
            ("rca_preliminary", 50),
            ("rca_preliminary", 75),
        ]
        if ended == 0:
            break
        assert deadly < 100


def killed_at(deadly: int, work: Callable[[], object]) -> int:
    """Do `work` in a process of its own that is killed before that statement or commit; how it ended, 0 for well."""
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # later Pythons warn of forking beside threads
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        steps = Steps(deadly)
        steps.watch()
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it is, pytest must not go on in the child
        os._exit(99)
