"""A worker is killed at every step of raising and mailing what nobody accepted; the next one finishes, nothing twice."""

from __future__ import annotations

import itertools
import os
import signal
import warnings
from datetime import timedelta

import pytest
from django.db import connections

from sterling.base.moment import now
from sterling.channels.email import handovers as mails
from sterling.channels.email.models import StaffMail
from sterling.core.handovers import LATER, Step
from sterling.tickets.actions import changing
from sterling.tickets.actions import handovers as actions
from sterling.tickets.models import HandoverAlarm
from tests import make
from tests.flows.test_killed_while_ringing import Steps

HOUR = timedelta(hours=1)


def work(deadly: int) -> int:
    """One turn of the rounds in a process of its own; the signal that ended it, 0 for none."""
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # later Pythons warn of forking beside threads
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        Steps(deadly).watch()
        actions.escalate(at=now())
        mails.write(at=now())
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it is, pytest must not go on in the child
        os._exit(99)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_every_step_escalates_once(installed: None) -> None:  # noqa: ARG001 - the regions
    alice, erika = make.alice(), make.agent("Erika Falk", region_id="europe")
    lena, omar = make.agent("Lena Sommer", role="lead"), make.agent("Omar Diaz", role="admin")
    for deadly in itertools.count(1):
        StaffMail.objects.all().delete()
        HandoverAlarm.objects.all().delete()
        given = now() - 2 * HOUR
        ticket = make.ticket(alice, priority="high", at=given)
        changing.assign(ticket=ticket, to=erika, at=given, by=make.SYSTEM)
        row = actions.give(
            giver=erika,
            to=make.region(),
            notes=[actions.Note(ticket, "It stops.", "Ask for the log.")],
            shift_ends=given + HOUR,
            until=given + 9 * HOUR,
            at=given,
            by=make.actor(erika),
        )
        ended = work(deadly)
        assert ended in {0, -signal.SIGKILL}
        assert work(0) == 0
        found = HandoverAlarm.objects.filter(handover=row).order_by("at")
        assert [(one.step, one.at, one.told, one.to_mail) for one in found] == [
            (Step.LEAD, given + HOUR, [lena.pk, erika.pk], []),
            (Step.DUTY_MANAGER, given + HOUR + LATER, [omar.pk, erika.pk], []),
        ]
        mailed = StaffMail.objects.order_by("agent").values_list("agent", flat=True)
        assert sorted(mailed) == sorted([erika.pk, erika.pk, lena.pk, omar.pk])
        if ended == 0:
            break
    assert deadly > 10
