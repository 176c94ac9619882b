"""The executive sponsor: named, heard of what matters once, spoken with in time, invited."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from sterling.accounts.models import Agent, Contact, Organization
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid, NotEntitled
from sterling.base.moment import now
from sterling.channels.email import premium_letters, sponsor_letters
from sterling.channels.email.models import PremiumLetter, StaffMail
from sterling.premium.sponsors import actions, brief, notices, queries
from sterling.premium.sponsors.actions import Promise
from sterling.premium.sponsors.models import Commitment, Meeting, SponsorNotice, Sponsorship, Touchpoint
from sterling.sla.actions import alarms as ringing
from sterling.sla.models import Alarm
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAY = make.TUESDAY


@pytest.fixture
def alice() -> Contact:
    return make.alice(make.organization(plan="platinum"))


@pytest.fixture
def ada() -> Agent:
    return make.agent("Ada Lind", role="lead")


def named(alice: Contact, ada: Agent, cadence: str = "quarter", at=TUESDAY) -> Sponsorship:
    return actions.name_sponsor(
        organization_id=alice.organization_id, agent=ada, counterpart=alice, cadence=cadence, at=at, by=SYSTEM
    )


def spoke(of: Organization, on=TUESDAY, **more: object) -> Touchpoint:
    return actions.record_touchpoint(
        organization_id=of.pk,
        kind="call",
        on=on,
        people_there="Ada, Alice",
        at=more.pop("at", on),
        by=SYSTEM,
        **more,
    )


def standing(of: Organization, at) -> tuple[date | None, bool]:
    found = queries.standing(of, at)
    assert found
    return found.due, found.overdue


def test_the_next_contact_is_due_a_quarter_after_the_naming_and_after_each_contact(alice, ada) -> None:
    named(alice, ada)
    of = alice.organization
    assert standing(of, TUESDAY) == (date(2026, 6, 3), False)
    spoke(of, TUESDAY + 30 * DAY)
    assert standing(of, TUESDAY + 31 * DAY) == (date(2026, 7, 2), False)


def test_it_is_overdue_from_the_customers_midnight_whether_a_worker_looked_or_not(alice, ada) -> None:
    named(alice, ada)
    of = alice.organization
    last = make.datetime(2026, 6, 4, 5, 0, tzinfo=make.UTC) - timedelta(seconds=1)  # 3 June in Chicago
    assert standing(of, last) == (date(2026, 6, 3), False)
    assert standing(of, last + timedelta(seconds=1)) == (date(2026, 6, 3), True)
    spoke(of, last + HOUR)
    assert standing(of, last + 2 * HOUR) == (date(2026, 9, 4), False)


def test_an_overdue_contact_a_live_urgent_and_a_miss_are_told_once_each(alice, ada) -> None:
    named(alice, ada)
    ticket = make.ticket(alice, priority="urgent", at=TUESDAY + HOUR)
    make.ticket(alice, priority="high", at=TUESDAY + HOUR)
    later = TUESDAY + 2 * HOUR + timedelta(minutes=1)
    assert notices.raise_notices(at=TUESDAY + HOUR) == 1
    ringing.raise_due(at=later)
    for _ in range(3):
        notices.raise_notices(at=later)
    assert sorted(SponsorNotice.objects.values_list("kind", flat=True)) == ["missed", "urgent"]
    missed = SponsorNotice.objects.get(kind="missed")
    assert (missed.ticket_id, missed.agent_id) == (ticket.pk, ada.pk)
    assert missed.said["en"] == f"#{ticket.number} Export fails: First reply past due"
    for days in (92, 93, 94):
        notices.raise_notices(at=TUESDAY + days * DAY)
    assert SponsorNotice.objects.filter(kind="overdue").count() == 1
    spoke(alice.organization, TUESDAY + 95 * DAY)
    notices.raise_notices(at=TUESDAY + 96 * DAY)
    notices.raise_notices(at=TUESDAY + 200 * DAY)
    assert SponsorNotice.objects.filter(kind="overdue").count() == 2


def test_a_ladder_that_names_the_sponsor_is_heard_by_them_at_its_share(alice, ada) -> None:
    named(alice, ada)
    ticket = make.ticket(alice, priority="urgent", at=TUESDAY + HOUR)
    later = TUESDAY + HOUR + timedelta(minutes=46)
    ringing.raise_due(at=later)
    notices.raise_notices(at=later)
    assert set(SponsorNotice.objects.values_list("kind", flat=True)) == {"urgent"}
    # As under a catalog whose ladder sends 75 % to the sponsor too.
    Alarm.objects.filter(share=75).update(roles=["assignee", "sponsor"])
    for _ in range(2):
        notices.raise_notices(at=later)
    told = SponsorNotice.objects.exclude(kind="urgent").get()
    assert told.agent_id == ada.pk
    assert told.said["en"] == f"#{ticket.number} Export fails: First reply: 75 % of the target used"


def test_a_mail_is_written_once_also_when_the_worker_dies_while_writing(alice, ada, monkeypatch) -> None:
    named(alice, ada)
    make.ticket(alice, priority="urgent", at=TUESDAY)
    notices.raise_notices(at=TUESDAY)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(notices, "note_mailed", dies)
        with pytest.raises(KeyboardInterrupt):
            sponsor_letters.write(at=TUESDAY)
    assert StaffMail.objects.count() == 0
    assert sponsor_letters.write(at=TUESDAY) == 1
    assert sponsor_letters.write(at=TUESDAY) == 0
    mail = StaffMail.objects.get()
    assert (mail.agent, mail.subject) == (ada, "Halden Freight needs its sponsor")
    assert "is Urgent: Export fails" in mail.text


def test_another_leader_begins_anew_and_old_misses_are_not_theirs(alice, ada) -> None:
    named(alice, ada)
    make.ticket(alice, priority="high", at=TUESDAY)
    ringing.raise_due(at=TUESDAY + 4 * HOUR)
    other = make.agent("Tomas Berg", role="lead")
    named(alice, other, at=TUESDAY + 5 * HOUR)
    notices.raise_notices(at=TUESDAY + 6 * HOUR)
    assert SponsorNotice.objects.count() == 0
    assert queries.sponsorship_of(alice.organization_id).since == TUESDAY + 5 * HOUR


def test_promises_are_kept_dropped_or_open(alice, ada) -> None:
    named(alice, ada)
    promises = [
        Promise("Send the roadmap", "Ada", date(2026, 3, 20)),
        Promise("Name a tester", "Alice", date(2026, 4, 1)),
    ]
    spoke(alice.organization, notes="All well.", commitments=promises)
    first = Commitment.objects.get(what="Send the roadmap")
    actions.set_commitment(commitment=first, state="kept", at=TUESDAY + DAY, by=make.actor(ada))
    first.refresh_from_db()
    assert (first.state, first.state_by) == ("kept", "Ada Lind")
    assert [one.what for one in queries.open_commitments(alice.organization_id)] == ["Name a tester"]
    with pytest.raises(Invalid, match=r"One of open, kept, dropped"):
        actions.set_commitment(commitment=first, state="maybe", at=TUESDAY, by=SYSTEM)


def test_a_meeting_keeps_its_uid_and_raises_its_sequence_in_both_calendars(alice, ada) -> None:
    named(alice, ada)
    of = alice.organization_id

    def plan(days: int, at):
        return actions.plan_meeting(
            organization_id=of, starts_at=TUESDAY + days * DAY, agenda="Renewal; 预算", at=at, by=SYSTEM
        )

    def mailed() -> list[tuple[str, str, str]]:
        found = []
        for letter in PremiumLetter.objects.order_by("pk"):
            message = message_from_bytes(premium_letters.compose(letter), policy=default)
            assert premium_letters.compose(letter) == premium_letters.compose(letter)
            part = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
            text = part.get_content().replace("\r\n", "\n").replace("\n ", "")
            fields = dict(line.split(":", 1) for line in text.split("\n") if ":" in line)
            assert part.get_param("method") == fields["METHOD"]
            assert fields["DESCRIPTION"] == "Renewal\\; 预算"
            found.append(
                (letter.to, fields["UID"], f"{fields['METHOD']} {fields['SEQUENCE']} {fields['DTSTART']}")
            )
        return found

    plan(7, TUESDAY)
    sponsor_letters.write(at=TUESDAY)
    sponsor_letters.write(at=TUESDAY)
    plan(8, TUESDAY + HOUR)
    sponsor_letters.write(at=TUESDAY + HOUR)
    actions.cancel_meeting(organization_id=of, at=TUESDAY + 2 * HOUR, by=SYSTEM)
    sponsor_letters.write(at=TUESDAY + 2 * HOUR)
    uid = f"sponsor-{of}-1@sterling.example"
    days = ["REQUEST 0 20260310T160000Z", "REQUEST 1 20260311T160000Z", "CANCEL 2 20260311T160000Z"]
    assert mailed() == [(to, uid, said) for said in days for to in (ada.user.email, alice.email)]
    assert plan(9, TUESDAY + 3 * HOUR).uid == f"sponsor-{of}-2@sterling.example"


def test_a_contact_that_is_noted_holds_the_meeting_and_the_next_is_another(alice, ada) -> None:
    named(alice, ada)
    of = alice.organization
    actions.plan_meeting(organization_id=of.pk, starts_at=TUESDAY + DAY, at=TUESDAY, by=SYSTEM)
    spoke(of, TUESDAY + DAY, at=TUESDAY + DAY + HOUR)
    assert queries.meeting_ahead(of.pk) is None
    assert Meeting.objects.get().held


@pytest.mark.parametrize("plan", ["gold", "silver", None])
def test_a_plan_without_a_sponsor_refuses_and_changes_nothing(plan, ada) -> None:
    alice = make.contact(make.organization(plan=plan), "Alice Moreau")
    with pytest.raises(NotEntitled) as refused:
        named(alice, ada)
    assert (refused.value.entitlement, refused.value.remedy.en) == (
        "executive_sponsor",
        "Platinum includes this.",
    )
    assert Sponsorship.objects.count() == 0


def test_a_contact_is_noted_only_where_a_sponsor_is_named_and_only_once_it_took_place(alice, ada) -> None:
    with pytest.raises(Conflict, match=r"Name a sponsor first"):
        spoke(alice.organization)
    named(alice, ada)
    with pytest.raises(Invalid, match=r"That lies ahead"):
        spoke(alice.organization, TUESDAY + DAY, at=TUESDAY)
    stranger = make.mallory()
    with pytest.raises(Invalid, match=r"Somebody of this customer"):
        actions.name_sponsor(
            organization_id=alice.organization_id,
            agent=ada,
            counterpart=stranger,
            cadence="quarter",
            at=TUESDAY,
            by=SYSTEM,
        )
    assert Touchpoint.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_brief_holds_on_one_page_what_the_sponsor_should_know(alice, ada, language) -> None:
    named(alice, ada, at=now())
    ticket = make.ticket(alice, priority="urgent", at=now() - 1.5 * HOUR)
    ringing.raise_due(at=now())
    spoke(
        alice.organization,
        now(),
        notes="Asked for 9.2.",
        commitments=[Promise("Roadmap", "Ada", date(2027, 1, 2))],
    )
    found = queries.standing(alice.organization, now())
    facts = brief.facts(found, now(), language)
    titles = [one["title"] for one in facts["lists"]]
    lines = {one["title"]: [line[0] for line in one["lines"]] for one in facts["lists"]}
    assert lines[titles[0]] == lines[titles[1]] == [f"#{ticket.number} Export fails"]
    assert lines[titles[2]] == ["Roadmap"]
    assert lines[titles[3]][0].endswith("Asked for 9.2.")
    assert [one[0] for one in facts["figures"]][:2] == ["1", "1"]
    assert brief.paper(found, now(), language)[:5] == b"%PDF-"
