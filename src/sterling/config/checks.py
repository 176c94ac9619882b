"""What `sterling doctor` looks at. Each check says what it found and, where that is bad, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from sterling.accounts import queries as people
from sterling.base.models import Heartbeat
from sterling.channels.email import smtp
from sterling.channels.email.errors import DeliveryError
from sterling.channels.email.mailboxes.queries import all_mailboxes, health_of
from sterling.channels.email.mailboxes.troubles import WORDS
from sterling.desk.proof import told
from sterling.plans.queries import plans_held
from sterling.sla import coverage
from sterling.sla import queries as promises
from sterling.sla.actions import following
from sterling.sla.actions.recompute import differs_from_replay
from sterling.sla.models import CalendarRevision

OLDEST_SERVER = 160000
NEEDED = ("pg_trgm", "unaccent", "btree_gist")
DRIFT = timedelta(seconds=2)
LATE = timedelta(minutes=10)
FRESH = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy` is empty when nothing needs doing; a fault is what the doctor's exit status tells."""

    about: str
    text: str
    remedy: str = ""
    is_advice: bool = False

    @property
    def is_fault(self) -> bool:
        return bool(self.remedy) and not self.is_advice


def everything(*, now: Callable[[], datetime], most: int) -> Iterator[Finding]:
    """Every check in turn; `most` limits how many timelines are replayed."""
    yield from configuration()
    yield from database()
    yield clock_drift(now)
    yield from mail(now())
    yield from mailboxes(now())
    yield from processes(now())
    yield from calendars(now())
    yield from rota(now())
    yield replays(most)


def configuration() -> Iterator[Finding]:
    base = urlsplit(settings.BASE_URL)
    try:
        near = ip_address(base.hostname or "").is_loopback
    except ValueError:
        near = base.hostname == "localhost"
    if base.scheme == "http" and not near:
        yield Finding(
            "configuration",
            f"pages are at {settings.BASE_URL}, without encryption",
            "put a proxy with a certificate in front and set STERLING_BASE_URL=https://…",
            is_advice=True,
        )
    elif near:
        yield Finding("configuration", f"pages are at {settings.BASE_URL}: links lead to this machine only")
    else:
        yield Finding("configuration", f"pages are at {settings.BASE_URL}")
    if settings.MAIL_FROM.endswith(".example") and settings.SMTP_URL:
        yield Finding(
            "configuration",
            f"mail would leave as {settings.MAIL_FROM}, an address that cannot be answered",
            "set STERLING_MAIL_FROM to your support address",
            is_advice=True,
        )


def _row(query: str, *values: datetime) -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        row: tuple[object, ...] = cursor.fetchone()
    return row


def _number(query: str, *values: datetime) -> int:
    return int(str(_row(query, *values)[0]))


def database() -> Iterator[Finding]:
    number = _number("SELECT current_setting('server_version_num')::int")
    version = str(_row("SELECT current_setting('server_version')")[0])
    yield Finding(
        "database",
        f"PostgreSQL {version}",
        "" if number >= OLDEST_SERVER else "upgrade the server to PostgreSQL 16 or later, best 18",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(NEEDED)])
        missing = sorted(set(NEEDED) - {row[0] for row in cursor.fetchall()})
    if missing:
        yield Finding(
            "database",
            f"the server lacks {', '.join(missing)}",
            "install the server's contrib package (Debian: postgresql-contrib)",
        )
    encoding = str(_row("SELECT current_setting('server_encoding')")[0])
    if encoding != "UTF8":
        yield Finding(
            "database", f"its encoding is {encoding}", "make the database anew with ENCODING 'UTF8'"
        )
    if str(_row("SELECT current_setting('fsync')")[0]) != "on":
        yield Finding("database", "fsync is off: a power cut loses data", "set fsync = on")


def clock_drift(now: Callable[[], datetime]) -> Finding:
    """The database's clock, asked between two looks at ours; the way there is taken off."""
    before = now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    after = now()
    drift = max(before - theirs, theirs - after, timedelta())
    return Finding(
        "clock",
        f"this machine and the database differ by {drift.total_seconds():.3f} s",
        "" if drift <= DRIFT else "run a time service (chrony, systemd-timesyncd) on both machines",
    )


def mail(at: datetime) -> Iterator[Finding]:
    if not settings.SMTP_URL:
        yield Finding("mail", "no mail server is set: mail out waits in the outbox (STERLING_SMTP_URL)")
    else:
        try:
            smtp.check(smtp.Server.from_url(settings.SMTP_URL))
        except (DeliveryError, ImproperlyConfigured) as error:
            yield Finding(
                "mail", f"the mail server: {error}", "mend STERLING_SMTP_URL or the server it names"
            )
        else:
            yield Finding("mail", "the mail server answers")
        late = _number(
            "SELECT count(*) FROM tickets_message WHERE delivery = 'queued' AND next_attempt_at < %s",
            at - LATE,
        )
        if late:
            yield Finding(
                "mail", f"{late} messages are late to go out", "see that a worker runs (sterling worker)"
            )
    unread = _number(
        "SELECT count(*) FROM email_inboundmail WHERE state = 'received' AND received_at < %s", at - LATE
    )
    if unread:
        yield Finding(
            "mail", f"{unread} received messages are unread", "see that a worker runs (sterling worker)"
        )
    waiting = _number("SELECT count(*) FROM email_inboundmail WHERE state = 'quarantined'")
    if waiting:
        yield Finding(
            "mail", f"{waiting} messages are in quarantine", "see the desk's mail page", is_advice=True
        )


def mailboxes(at: datetime) -> Iterator[Finding]:
    """How each one fares, as whoever fetches it last wrote down."""
    for health in health_of(list(all_mailboxes())):
        about = f"mailbox {health.mailbox.pk}"
        name = health.mailbox.name
        if health.state == "paused":
            yield Finding(about, f"{name}: paused")
        elif health.trouble:
            remedy = WORDS[health.trouble].en
            yield Finding(about, f"{name}: {health.error or health.trouble.value}", remedy)
        elif health.of_imap and (health.of_imap.checked_at is None or at - health.of_imap.checked_at > LATE):
            yield Finding(
                about, f"{name}: nobody fetches it now", "see that sterling fetch runs", is_advice=True
            )
        else:
            last = (
                f"last mail {health.last_message_at:%Y-%m-%d %H:%MZ}"
                if health.last_message_at
                else "no mail yet"
            )
            yield Finding(about, f"{name}: well, {last}, {health.received} in all")


def processes(at: datetime) -> Iterator[Finding]:
    """What serves now. Not a fault in itself: the doctor may come while everything is stopped."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    serving = sorted(name for name, beat in beats.items() if at - beat < FRESH)
    yield Finding("processes", f"serving: {', '.join(serving) or 'none'}")


def calendars(at: datetime) -> Iterator[Finding]:
    """Regions that were revised a while ago and whose tickets have not all followed."""
    for region, seq in following.behind().items():
        revised = CalendarRevision.objects.get(region=region, seq=seq).at
        if at - revised > LATE:
            count = following.waiting(region, seq)
            yield Finding(
                "calendars",
                f"{count} tickets of {region} are not counted on its calendar of {revised:%Y-%m-%d %H:%MZ} yet",
                "see that a worker runs (sterling worker)",
            )


def rota(at: datetime) -> Iterator[Finding]:
    """Whether somebody is on shift whenever a plan that is sold promises it, 8 weeks ahead; each plan's first gap."""
    held = plans_held([organization.pk for organization in people.customers()], at)
    sold = {contract.plan for contract in held.values()}
    found = coverage.ahead(at)
    for gone in sorted(sold - found.catalog.plans.keys()):
        yield Finding(
            "rota",
            f"{gone}: sold, and not in the catalog in force: its hours are not looked at",
            "move its contracts to another plan, or load a catalog that has it",
            is_advice=True,
        )
    for plan in found.catalog.plans_by_rank():
        if plan.id not in sold:
            continue
        gaps = sorted(
            (gap for proof in found.of_plan(plan.id) for gap in proof.gaps), key=lambda gap: gap.start
        )
        if not gaps:
            yield Finding(
                "rota", f"{plan.name.en}: somebody is on shift in every minute of {coverage.WEEKS} weeks"
            )
            continue
        number, region = coverage.distinct(gaps), found.regions.get(gaps[0].region or "")
        first = told(gaps[0], found, ZoneInfo(region.timezone if region else "UTC"))
        yield Finding(
            "rota",
            f"{plan.name.en}: {number} gap{'s' * (number > 1)} in {coverage.WEEKS} weeks; the first: {first.text.en}",
            "fill them on the desk's page Proof of coverage",
            is_advice=True,
        )


def replays(most: int) -> Finding:
    """That stored clocks are what a replay of the log says."""
    looked = promises.newest_first(most)
    wrong = [pk for pk in looked if differs_from_replay(pk)]
    if not wrong:
        return Finding("clocks", f"{len(looked)} timelines replayed: stored and live clocks are the same")
    shown = ", ".join(str(pk) for pk in wrong[:5])
    return Finding(
        "clocks",
        f"{len(wrong)} of {len(looked)} timelines differ from their replay (timelines {shown})",
        "run sterling doctor --mend",
    )
