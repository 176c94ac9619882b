"""What the doctor sees, and what it says to do about it."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from sterling.accounts.actions import rota
from sterling.accounts.actions.shifts import Regular
from sterling.base import heartbeat
from sterling.base.moment import now
from sterling.channels.email.intake import store
from sterling.config import checks
from sterling.config.checks import Finding
from sterling.core.calendars.definition import DAYS
from sterling.plans.models import Contract
from sterling.sla.actions.calendars import revise_calendar
from sterling.sla.models import CalendarRevision, Clock
from tests import make

pytestmark = pytest.mark.django_db


def wrong(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if finding.is_fault]


def advice(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if finding.is_advice]


def test_a_healthy_installation_has_nothing_to_do():
    make.ticket(make.alice())
    # The tests' own server writes without fsync, which the doctor rightly minds.
    assert wrong(list(checks.everything(now=now, most=100))) == ["fsync is off: a power cut loses data"]


def test_stored_clocks_that_differ_from_their_replay_are_found():
    ticket = make.ticket(make.alice())
    assert checks.replays(100) == Finding(
        "clocks", "1 timelines replayed: stored and live clocks are the same"
    )
    clock = Clock.objects.filter(timeline_id=ticket.timeline_id).earliest("ordinal")
    Clock.objects.filter(pk=clock.pk).update(due=clock.due + timedelta(seconds=1))
    assert wrong([checks.replays(100)]) == [
        f"1 of 1 timelines differ from their replay (timelines {ticket.timeline_id})"
    ]
    # Looking changed nothing.
    assert Clock.objects.get(pk=clock.pk).due == clock.due + timedelta(seconds=1)


def test_a_database_clock_that_is_minutes_away_is_found():
    assert checks.clock_drift(now).remedy == ""
    for way in (-1, 1):
        drifting = checks.clock_drift(lambda way=way: now() + way * timedelta(minutes=3))
        assert drifting.remedy.startswith("run a time service")


def test_a_mail_server_that_does_not_answer_is_named(settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    found = list(checks.mail(now()))
    assert wrong(found) == [f"the mail server: 127.0.0.1:{port}: [Errno 111] Connection refused"]


def test_mail_that_nobody_read_for_long_is_found():
    at = now()
    store(
        raw=b"Subject: x\r\n\r\n",
        mailbox="smtp",
        envelope_from="",
        envelope_to=[],
        peer="",
        at=at - checks.LATE * 2,
    )
    assert wrong(list(checks.mail(at))) == ["1 received messages are unread"]
    assert wrong(list(checks.mail(at - checks.LATE * 2))) == []


@pytest.mark.parametrize(
    ("base", "advised"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("https://support.sterling.example", False),
        ("http://support.sterling.example", True),
    ],
)
def test_pages_without_encryption_are_fine_on_this_machine_only(settings, base: str, advised: bool):
    settings.BASE_URL = base
    found = list(checks.configuration())
    assert wrong(found) == []
    assert bool(advice(found)) is advised


def test_mail_that_would_leave_as_an_address_nobody_can_answer_is_advised_against(settings):
    settings.SMTP_URL = "smtp://127.0.0.1:25"
    settings.MAIL_FROM = "support@sterling.example"
    assert advice(list(checks.configuration())) == [
        "mail would leave as support@sterling.example, an address that cannot be answered"
    ]
    settings.MAIL_FROM = "support@sterling.test"
    assert advice(list(checks.configuration())) == []


def test_what_serves_is_told_while_it_is_fresh():
    heartbeat.beat("worker")
    assert [found.text for found in checks.processes(now())] == ["serving: worker"]
    assert [found.text for found in checks.processes(now() + checks.FRESH)] == ["serving: none"]
    heartbeat.forget("worker")
    assert [found.text for found in checks.processes(now())] == ["serving: none"]


def test_a_region_whose_tickets_have_not_followed_its_calendar_for_long_is_found():
    make.ticket(make.alice(make.organization(plan="silver")), priority="medium", at=now())
    document = CalendarRevision.objects.get(region_id="americas").document | {"holidays": {}}
    made = revise_calendar(region=make.region(), calendar=document, reason="None", at=now(), by=make.SYSTEM)
    assert list(checks.calendars(made.at + checks.LATE)) == []
    assert wrong(list(checks.calendars(made.at + 2 * checks.LATE))) == [
        f"1 tickets of americas are not counted on its calendar of {made.at:%Y-%m-%d %H:%MZ} yet"
    ]


def test_the_first_gap_of_each_plan_that_is_sold_is_told(installed: None):  # noqa: ARG001 - the regions
    make.organization(plan="gold")
    erika = make.agent("Erika Falk", tier=3, region_id="europe")
    whole = {day: [["00:00", "24:00"]] for day in DAYS}
    shift = rota.add_shift(agent=erika, regular=Regular({"weekly": whole}), at=make.TUESDAY, by=make.SYSTEM)
    # Nobody has bought Silver or Platinum: what they would lack is no concern yet.
    assert list(checks.rota(make.TUESDAY)) == [
        Finding("rota", "Gold: somebody is on shift in every minute of 8 weeks")
    ]
    Contract.objects.update(plan="bronze")
    assert advice(list(checks.rota(make.TUESDAY))) == [
        "bronze: sold, and not in the catalog in force: its hours are not looked at"
    ]
    Contract.objects.update(plan="gold")
    but_saturday = whole | {"sat": [["00:00", "09:00"], ["17:00", "24:00"]]}
    rota.change_shift(shift=shift, regular=Regular({"weekly": but_saturday}), at=make.TUESDAY, by=make.SYSTEM)
    assert advice(list(checks.rota(make.TUESDAY))) == [
        "Gold: 8 gaps in 8 weeks; the first: Sat 7 Mar 08:00 to 16:00, UTC: nobody of Tier 3 is on shift anywhere."
    ]
