"""Every operation of the API with a request that its own people may make; a new operation must be added here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sterling.accounts.models import Agent, Contact, Organization
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.channels.email import intake, processing
from sterling.channels.email.mailboxes.models import Mailbox
from sterling.channels.email.models import HeldMail
from sterling.plans import queries
from sterling.plans.actions import drafts, paperwork
from sterling.plans.models import Contract, Quote, SegmentProof
from sterling.premium.hours import actions as hours
from sterling.premium.hours.models import Draw
from sterling.premium.sponsors import actions as sponsors
from sterling.reports import actions as reports
from sterling.reports.models import Report
from sterling.tickets.actions import handovers, scheduling, writing
from sterling.tickets.content import Content, File
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Attachment, Handover, Scheduled, Ticket
from tests import make
from tests.api.analyses import Analyses
from tests.channels.email.mailboxes import mailbox
from tests.channels.email.mails import mail

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class House:
    """One customer with all that the API can touch."""

    alice: Contact
    bob: Contact
    ticket: Ticket
    other: Ticket
    closed: Ticket
    contract: Contract
    attachment: Attachment
    agent: Agent
    mailbox: Mailbox
    held: HeldMail
    scheduled: Scheduled
    draw: Draw
    quote: Quote
    proof: SegmentProof
    report: Report | None
    analyses: Analyses | None
    handover: Handover

    def path(self, template: str) -> str:
        """A path of the OpenAPI document, filled with this customer's ids."""
        asks = {"compare": "?against=2", "preview": "?plan=silver"}.get(template.rpartition("/")[2], "")
        return self._path(template) + asks

    def _path(self, template: str) -> str:
        return template.removeprefix("/api/v1").format(
            organization_id=self.alice.organization_id,
            contract_id=self.contract.pk,
            contact_id=self.alice.pk,
            number=self.number(template),
            agent_id=self.agent.pk,
            mailbox_id=self.mailbox.pk,
            attachment_id=self.attachment.pk,
            region_id="americas",
            held_id=self.held.pk,
            scheduled_id=self.scheduled.pk,
            draw_id=self.draw.pk,
            quote_id=self.quote.pk,
            proof_id=self.proof.pk,
            version=2 if "take-back" in template else 1,
            report_id=self.report.pk if self.report else 1,
            part="summary",
            action_id=self.analyses.action.pk if self.analyses else 1,
            edition=1,
            handover_id=self.handover.pk,
        )

    def number(self, template: str) -> int:
        """The ticket that is in the right state for it."""
        if "follow-ups" in template:
            return self.closed.number
        if self.analyses and "/rca" in template and not template.endswith("/grant"):
            return self.analyses.number(template)
        return self.ticket.number

    def body(self, method: str, template: str) -> Any:
        return BODIES[method, template.removeprefix("/api/v1")](self)


def house(path: str = "") -> House:
    """With a version of the catalog that comes into force later, and a draft of the next one.

    `path`: what is to be asked; analyses are there only where it is about them.
    """
    organization = make.organization(plan="platinum")
    alice = make.alice(organization)
    bob = make.contact(organization, "Bob Okafor")
    ticket, other = make.ticket(alice, priority="high"), make.ticket(bob)
    writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("See file.", files=(File("a.txt", "text/plain", b"ours"),)),
        channel="portal",
        at=make.TUESDAY,
        received_at=make.TUESDAY,
        by=make.actor(alice),
    )
    engineer, closed = make.agent(), make.ticket(alice)
    make.reply(closed, engineer, make.TUESDAY, status="closed")
    hours.put_service_plan(
        organization_id=organization.pk,
        items=[hours.Item("upgrade", "Upgrade", HOUR)],
        agreed=True,
        at=make.TUESDAY,
        by=SYSTEM,
    )
    draw = hours.ask_draw(
        organization_id=organization.pk, amount=HOUR, item="upgrade", at=make.TUESDAY, by=SYSTEM
    )
    sponsors.name_sponsor(
        organization_id=organization.pk,
        agent=engineer,
        counterpart=alice,
        cadence="quarter",
        at=make.TUESDAY,
        by=SYSTEM,
    )
    return House(
        alice,
        bob,
        ticket,
        other,
        closed,
        Contract.objects.get(organization=organization),
        Attachment.objects.get(),
        engineer,
        mailbox(),
        _held(ticket),
        scheduling.schedule(
            ticket=ticket,
            agent=engineer,
            content=Content("Later."),
            release_at=now() + timedelta(days=1),
            at=now(),
            by=make.actor(engineer),
        ),
        draw,
        *_papers(organization),
        _report(organization) if "/reports" in path else None,
        Analyses.of(alice) if "/rca" in path else None,
        _handed(ticket, engineer),
    )


def _handed(ticket: Ticket, giver: Agent) -> Handover:
    return handovers.give(
        giver=giver,
        to=make.region("europe"),
        notes=[handovers.Note(ticket, "It stops.", "Ask for the log.")],
        shift_ends=make.TUESDAY + HOUR,
        until=make.TUESDAY + 9 * HOUR,
        at=make.TUESDAY,
        by=make.actor(giver),
    )


def _report(organization: Organization) -> Report:
    days = {"first": date(2026, 1, 1), "last": date(2026, 3, 1)}
    return reports.make_report(organization=organization, language=None, at=make.TUESDAY, by=SYSTEM, **days)


def _papers(organization: Organization) -> tuple[Quote, SegmentProof]:
    by = {"at": make.TUESDAY, "by": SYSTEM}
    draft = drafts.begin_draft(number=1, **by)
    draft = drafts.edit_draft(draft=draft, typed={"plans.gold.price.USD.commercial": "29000"}, **by)
    draft = drafts.schedule_draft(draft=draft, starts=date(2099, 1, 1), **by)
    drafts.publish_draft(draft=draft, **by)
    draft = drafts.begin_draft(number=1, **by)
    drafts.edit_draft(draft=draft, typed={"plans.gold.price.USD.commercial": "30000"}, **by)
    quote = paperwork.make_quote(plan="gold", segment="education", organization=organization, **by)
    return quote, paperwork.file_proof(
        organization=organization, segment="education", note="A letter", name="a.pdf", data=b"ours", **by
    )


def discard(_: House) -> None:
    """Another draft can be begun."""
    draft = queries.open_draft()
    assert draft
    drafts.discard_draft(draft=draft, at=make.TUESDAY, by=SYSTEM)


# What has to be done before a request of the engineers' can be carried out.
FIRST = {("POST", "/catalog/draft"): discard}


def _held(ticket: Ticket) -> HeldMail:
    raw = mail("stranger@nowhere.example", to=reply_address(ticket.number, "support@sterling.example"))
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=now())
    processing.process(mail_id=row.pk, at=now())
    return HeldMail.objects.get(mail=row)


def _no_body(_: House) -> None:
    return None


BODIES: dict[tuple[str, str], Any] = {
    ("GET", "/mailboxes"): _no_body,
    ("POST", "/mailboxes"): lambda _: {"name": "M", "addresses": ["m@elsewhere.example"]},
    ("GET", "/mailboxes/{mailbox_id}"): _no_body,
    ("PATCH", "/mailboxes/{mailbox_id}"): lambda _: {"paused": True},
    ("POST", "/mailboxes/{mailbox_id}/test"): _no_body,
    ("GET", "/regions"): _no_body,
    ("POST", "/regions"): lambda _: {"id": "m", "name": {"en": "M"}, "timezone": "UTC"},
    ("GET", "/regions/{region_id}/calendar"): _no_body,
    ("PUT", "/regions/{region_id}/calendar"): lambda _: {"calendar": {"always": True}, "reason": "r"},
    ("GET", "/regions/{region_id}/calendar/revisions"): _no_body,
    ("GET", "/plans"): _no_body,
    ("GET", "/catalog/versions"): _no_body,
    ("GET", "/catalog/versions/{version}"): _no_body,
    ("GET", "/catalog/versions/{version}/compare"): _no_body,
    ("POST", "/catalog/versions/{version}/take-back"): lambda _: {},
    ("POST", "/catalog/versions/{version}/roll-back"): lambda _: {},
    ("GET", "/catalog/draft"): _no_body,
    ("POST", "/catalog/draft"): lambda _: {"of": 1},
    ("PATCH", "/catalog/draft"): lambda _: {"cells": {"plans.gold.price.USD.commercial": "1"}, "starts": None},
    ("DELETE", "/catalog/draft"): _no_body,
    ("POST", "/catalog/draft/publish"): lambda _: {},
    ("POST", "/quotes"): lambda _: {"plan": "gold", "segment": "commercial"},
    ("GET", "/quotes"): _no_body,
    ("GET", "/quotes/{quote_id}"): _no_body,
    ("GET", "/quotes/{quote_id}/paper"): _no_body,
    ("GET", "/organizations/{organization_id}/proofs"): _no_body,
    ("POST", "/organizations/{organization_id}/proofs"): lambda _: {
        "segment": "education", "note": "n", "file": {"name": "b.pdf", "data": "QQ=="},
    },
    ("GET", "/organizations/{organization_id}/proofs/{proof_id}/file"): _no_body,
    ("GET", "/agents"): _no_body,
    ("POST", "/agents"): lambda _: {"name": "M", "email": "m@elsewhere.example", "role": "admin"},
    ("PATCH", "/agents/{agent_id}"): lambda _: {"tier": 1, "shifts": [], "absences": []},
    ("GET", "/coverage"): _no_body,
    ("GET", "/handovers"): _no_body,
    ("POST", "/handovers"): lambda its: {
        "to_region": "europe",
        "tickets": [{"ticket": its.other.number, "happened": "h", "next_action": "n"}],
    },
    ("GET", "/handovers/next-shift"): _no_body,
    ("GET", "/handovers/{handover_id}"): _no_body,
    ("POST", "/handovers/{handover_id}/accept"): lambda _: {},
    ("POST", "/handovers/{handover_id}/decline"): lambda _: {"reason": "r"},
    ("POST", "/handovers/{handover_id}/withdraw"): lambda _: {},
    ("GET", "/organizations"): _no_body,
    ("POST", "/organizations"): lambda _: {"name": "M", "region": "europe", "domains": ["halden.example"]},
    ("GET", "/organizations/{organization_id}"): _no_body,
    ("PATCH", "/organizations/{organization_id}"): lambda _: {"region": "china"},
    ("GET", "/organizations/{organization_id}/entitlements"): _no_body,
    ("GET", "/organizations/{organization_id}/hours"): _no_body,
    ("POST", "/organizations/{organization_id}/hours/draws"): lambda _: {"hours": 1, "item": "upgrade"},
    ("POST", "/organizations/{organization_id}/hours/draws/{draw_id}/decision"): lambda _: {"agree": True},
    ("GET", "/organizations/{organization_id}/hours/draws"): _no_body,
    ("POST", "/organizations/{organization_id}/hours/draws/{draw_id}/release"): lambda _: {"reason": "r"},
    ("GET", "/organizations/{organization_id}/service-plan"): _no_body,
    ("POST", "/organizations/{organization_id}/service-plan/agreement"): lambda _: {"version": 1},
    ("PUT", "/organizations/{organization_id}/service-plan"): lambda _: {
        "items": [{"id": "upgrade", "title": "Upgrade", "hours": 2}], "agreed": True,
    },
    ("GET", "/organizations/{organization_id}/sponsor"): _no_body,
    ("PUT", "/organizations/{organization_id}/sponsor"): lambda its: {
        "agent": str(its.agent.pk), "counterpart": str(its.alice.pk), "cadence": "quarter",
    },
    ("PUT", "/organizations/{organization_id}/sponsor/meeting"): lambda _: {"starts_at": "2030-01-02T10:00:00Z"},
    ("GET", "/organizations/{organization_id}/sponsor/touchpoints"): _no_body,
    ("POST", "/organizations/{organization_id}/sponsor/touchpoints"): lambda _: {"type": "call", "people": "p"},
    ("GET", "/contracts"): _no_body,
    ("POST", "/contracts"): lambda its: {
        "organization": str(its.alice.organization_id), "plan": "platinum", "starts": "2026-01-01",
    },
    ("GET", "/contracts/{contract_id}"): _no_body,
    ("PATCH", "/contracts/{contract_id}"): lambda _: {"plan": "silver"},
    ("POST", "/contracts/{contract_id}/renew"): lambda _: {"plan": "silver"},
    ("GET", "/contracts/{contract_id}/preview"): _no_body,
    ("GET", "/contracts/{contract_id}/renewal"): _no_body,
    ("GET", "/contracts/{contract_id}/history"): _no_body,
    ("GET", "/contacts"): _no_body,
    ("POST", "/contacts"): lambda its: {
        "organization": str(its.alice.organization_id), "name": "M", "email": "m@elsewhere.example",
    },
    ("GET", "/contacts/{contact_id}"): _no_body,
    ("PATCH", "/contacts/{contact_id}"): lambda _: {"is_manager": True},
    ("POST", "/contacts/{contact_id}/verify"): lambda _: {},
    ("POST", "/contacts/{contact_id}/confirm"): lambda _: {},
    ("DELETE", "/contacts/{contact_id}/premium"): _no_body,
    ("GET", "/tickets"): _no_body,
    ("POST", "/tickets"): lambda its: {"contact": str(its.alice.pk), "subject": "s", "body": "b"},
    ("GET", "/tickets/{number}"): _no_body,
    ("PATCH", "/tickets/{number}"): lambda _: {"priority": "urgent"},
    ("GET", "/tickets/{number}/messages"): _no_body,
    ("POST", "/tickets/{number}/messages"): lambda _: {"body": "b"},
    ("GET", "/tickets/{number}/attachments/{attachment_id}"): _no_body,
    ("POST", "/tickets/{number}/no-reply-needed"): lambda _: {"reason": "r"},
    ("POST", "/tickets/{number}/workaround"): lambda _: {"note": "n"},
    ("POST", "/tickets/{number}/cadence"): lambda _: {"every": "PT2H"},
    ("POST", "/tickets/{number}/merge"): lambda its: {"into": its.other.number},
    ("POST", "/tickets/{number}/follow-ups"): lambda _: {"body": "b"},
    ("POST", "/tickets/{number}/calls"): lambda _: {"answered": True},
    ("POST", "/tickets/{number}/take-over"): lambda its: {"contact": str(its.bob.pk)},
    ("GET", "/tickets/{number}/clocks"): _no_body,
    ("GET", "/tickets/{number}/explain"): _no_body,
    ("GET", "/tickets/{number}/events"): _no_body,
    ("GET", "/tickets/{number}/mail"): _no_body,
    ("POST", "/tickets/{number}/held/{held_id}"): lambda _: {"approve": True},
    ("GET", "/tickets/{number}/scheduled"): _no_body,
    ("POST", "/tickets/{number}/scheduled"): lambda _: {
        "body": "b", "send_at": (now() + timedelta(days=1)).isoformat(),
    },
    ("DELETE", "/tickets/{number}/scheduled/{scheduled_id}"): _no_body,
    ("GET", "/outbox"): _no_body,
    ("GET", "/organizations/{organization_id}/reports"): _no_body,
    ("POST", "/organizations/{organization_id}/reports"): lambda _: {"from": "2026-02-01", "to": "2026-02-28"},
    ("GET", "/organizations/{organization_id}/reports/{report_id}"): _no_body,
    ("PATCH", "/organizations/{organization_id}/reports/{report_id}"): lambda _: {"summary": "s"},
    ("POST", "/organizations/{organization_id}/reports/{report_id}/publish"): lambda _: {},
    ("GET", "/organizations/{organization_id}/reports/{report_id}/clocks.csv"): _no_body,
    ("GET", "/routing"): _no_body,
    ("PUT", "/routing"): lambda _: {"assigns": False},
    ("GET", "/tickets/{number}/routing"): _no_body,
    ("POST", "/tickets/{number}/routing"): lambda _: {"reason": "r"},
    ("POST", "/tickets/{number}/escalate"): lambda _: {"reason": "r"},
    ("GET", "/tickets/{number}/escalations"): _no_body,
    ("GET", "/organizations/{organization_id}/primaries"): _no_body,
    ("PUT", "/organizations/{organization_id}/primaries"): lambda its: [
        {"region": "americas", "agent": str(its.agent.pk)},
    ],
    ("GET", "/organizations/{organization_id}/primaries/share"): _no_body,
    ("GET", "/tickets/{number}/rca"): _no_body,
    ("PATCH", "/tickets/{number}/rca"): lambda its: {"owner": str(its.agent.pk)},
    ("POST", "/tickets/{number}/rca/grant"): lambda _: {"reason": "r"},
    ("PUT", "/tickets/{number}/rca/parts/{part}"): lambda _: {"value": {"text": "t"}, "knows": 1},
    ("POST", "/tickets/{number}/rca/actions"): lambda _: {"text": "t", "kind": "fix"},
    ("PATCH", "/tickets/{number}/rca/actions/{action_id}"): lambda _: {"state": "done", "verification": "v"},
    ("POST", "/tickets/{number}/rca/review"): lambda _: {"edition": "final"},
    ("POST", "/tickets/{number}/rca/return"): lambda _: {"reason": "r"},
    ("POST", "/tickets/{number}/rca/publish"): lambda _: {"names_checked": True},
    ("POST", "/tickets/{number}/rca/revise"): _no_body,
    ("POST", "/tickets/{number}/rca/track"): _no_body,
    ("POST", "/tickets/{number}/rca/close"): _no_body,
    ("GET", "/tickets/{number}/rca/editions/{edition}"): _no_body,
    ("GET", "/tickets/{number}/rca/editions/{edition}/pdf"): _no_body,
}  # fmt: skip
