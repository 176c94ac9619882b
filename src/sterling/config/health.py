"""Alive, ready, and figures for a monitoring system."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from sterling.base.models import Heartbeat
from sterling.base.moment import now

FRESH = timedelta(seconds=10)
PROCESSES = ("events", "worker", "smtp")


def healthz(_request: HttpRequest) -> HttpResponse:
    """This web process answers."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when web, events, worker and smtp serve; else 503 that says which does not."""
    states = {"web": "ok"}
    try:
        seen = dict(Heartbeat.objects.filter(name__in=PROCESSES).values_list("name", "at"))
    except DatabaseError:
        return JsonResponse({"status": "starting", "database": "unreachable"}, status=503)
    at = now()
    for name in PROCESSES:
        fresh = name in seen and at - seen[name] < FRESH
        states[name] = "ok" if fresh else "not serving"
    ready = all(state == "ok" for state in states.values())
    return JsonResponse({"status": "ok" if ready else "starting", **states}, status=200 if ready else 503)


GAUGES = {
    "sterling_outbox_messages": "SELECT count(*) FROM tickets_message WHERE delivery = 'queued'",
    "sterling_mail_unread": "SELECT count(*) FROM email_inboundmail WHERE state = 'received'",
    "sterling_mail_quarantined": "SELECT count(*) FROM email_inboundmail WHERE state = 'quarantined'",
    "sterling_mailboxes_failing": (
        "SELECT count(*) FROM email_mailboxstate AS state"
        " JOIN email_mailbox AS mailbox ON mailbox.id = state.mailbox_id"
        " WHERE mailbox.is_enabled AND state.trouble <> ''"
    ),
    "sterling_mailbox_incidents_open": "SELECT count(*) FROM email_mailboxincident WHERE closed_at IS NULL",
    "sterling_mailbox_messages_waiting": "SELECT coalesce(sum(waiting), 0) FROM email_mailboxstate",
    "sterling_mailbox_lag_seconds": (
        "SELECT coalesce(max(extract(epoch FROM now() - state.last_success_at)), 0)"
        " FROM email_mailboxstate AS state JOIN email_mailbox AS mailbox ON mailbox.id = state.mailbox_id"
        " WHERE mailbox.is_enabled"
    ),
    "sterling_timelines_live": "SELECT count(*) FROM sla_timeline WHERE live",
    "sterling_clock_lag_seconds": (
        "SELECT coalesce(extract(epoch FROM now() - min(tick_at)), 0) FROM sla_timeline WHERE tick_at < now()"
    ),
}


def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus text: queue depths and lags, no names of customers."""
    lines = []
    with connection.cursor() as cursor:
        for name, query in GAUGES.items():
            cursor.execute(query)
            lines += [f"# TYPE {name} gauge", f"{name} {float(cursor.fetchone()[0])}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
