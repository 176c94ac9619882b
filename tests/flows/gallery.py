"""Every page of the product once, as the server renders it, over a small world in which every state occurs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse

from sterling.accounts.actions import codes, customers, people
from sterling.accounts.models import Agent, Contact, SignInCode
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.channels.email import intake, processing
from sterling.channels.email.mailboxes import incidents, state
from sterling.channels.email.mailboxes.models import Mailbox, Trouble
from sterling.desk.acts import ACTS
from sterling.desk.queue import VIEWS
from sterling.plans import queries as catalogs
from sterling.plans.actions import paperwork, primaries
from sterling.plans.actions.catalogs import load_catalog
from sterling.plans.actions.primaries import Named
from sterling.plans.models import Contract
from sterling.sla.actions import alarms as ringing
from sterling.sla.actions.ticking import tick
from sterling.tickets.actions import alarms, changing, escalating, merging, plans, writing
from sterling.tickets.content import Content, File
from sterling.tickets.models import Ticket
from tests import make
from tests.channels.email.mailboxes import imap, mailbox
from tests.channels.email.mails import mail
from tests.desk.test_mail_in_a_browser import crowded
from tests.desk.test_regions import typed
from tests.flows import gallery_hours, gallery_sponsors
from tests.flows.gallery_coverage import empty_coverage, walk_rota
from tests.flows.gallery_handover import walk_handover
from tests.flows.gallery_rca import analyses, read
from tests.flows.gallery_reports import report_pages

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
GERMAN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
CHINESE = "上海浦东数据中心夜间导出在百分之六十一处停止并且没有任何错误提示"


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as it was answered: what to call it, where it stands, and what came."""

    name: str
    route: str
    path: str
    body: str
    headers: dict[str, str]


@dataclass(slots=True)
class Walk:
    """Collects pages; `seen`: the names of the routes that were asked."""

    shots: list[Shot] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def take(self, name: str, client: Client, path: str, sent: Any = None, *, status: int = 200) -> str:
        answer: Any = client.get(path) if sent is None else client.post(path, sent)
        assert (answer.status_code, name) == (status, name), answer.content[:300]
        route = answer.resolver_match.view_name if answer.resolver_match else ""
        self.seen.add(route)
        body = answer.content.decode()
        assert answer["Content-Type"].startswith("text/html")
        headers = {key: answer[key] for key in answer.headers if key != "Vary"}
        self.shots.append(Shot(name, route, path.split("?", maxsplit=1)[0], body, headers))
        return str(body)


def takes_get(route: URLPattern, name: str) -> bool:
    """Whether an address is one to open, not only one to send to."""
    words = dict.fromkeys(route.pattern.converters, "1")
    return Client().get(reverse(name, kwargs=words)).status_code != 405


def signed_in(who: Agent | Contact, language: str, theme: str) -> Client:
    client = Client()
    user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
    client.get(f"/in/{people.make_link(user=user, at=now())}")
    client.post("/preferences", {"language": language, "theme": theme})
    client.cookies["zone"] = "America/Chicago"
    return client


@dataclass(frozen=True, slots=True)
class World:
    admin: Agent
    carol: Agent
    alice: Contact
    tickets: dict[str, Ticket]
    contract: Contract
    ended: Contract


def world() -> World:
    admin, crowd = crowded()
    alice = crowd.requester
    carol = make.agent("Carol Mensah")
    lead = make.agent("Wilhelmina Featherstonehaugh-Cholmondeley", role="lead", region_id="europe", tier=1)
    make.contact(alice.organization, "Bob Reyes", confirmed=False)
    long = make.organization(f"{GERMAN} GmbH & Co. KG", plan="platinum", region_id="europe")
    li = make.contact(
        make.organization("上海云帆信息技术有限公司", plan="silver", region_id="china"),
        "李晓梅",
        premium=True,
    )
    named = [Named(make.region("europe"), [carol, lead]), Named(make.region("americas"), [admin])]
    primaries.put_primaries(organization=long, named=named, at=now(), by=SYSTEM)
    hans = make.contact(long, f"Hans-Joachim {GERMAN}", premium=True)
    plain = make.contact(make.organization("Tiny Shop", plan=None), "Tom Ray")
    customers.sender(email="lin@nowhere.example", name="Lin Ke", language="", at=now())
    tickets = {
        "crowded": crowd,
        "open": make.ticket(alice, priority="urgent", at=now() - 48 * MINUTE, subject="Export fails at 61 %"),
        "missed": make.ticket(alice, priority="high", at=now() - 4 * DAY, subject="Sync stopped"),
        "paused": make.ticket(alice, priority="medium", at=now() - 3 * HOUR, subject="Report is empty"),
        "low": make.ticket(plain, priority="low", at=now() - 20 * MINUTE, subject="A question"),
        "solved": make.ticket(alice, priority="high", at=now() - 2 * HOUR, subject="Login is slow"),
        "closed": make.ticket(alice, priority="high", at=now() - 9 * HOUR, subject="Wrong totals"),
        "merged": make.ticket(alice, priority="high", at=now() - 30 * MINUTE, subject="Export fails again"),
        "long": make.ticket(hans, priority="high", at=now() - HOUR, subject=GERMAN * 2, text=GERMAN * 6),
        "chinese": make.ticket(
            li, priority="urgent", at=now() - 50 * MINUTE, subject=CHINESE, text=CHINESE * 8
        ),
    }
    _told(tickets, admin, carol, alice)
    contract = Contract.objects.get(organization=alice.organization)
    today = now().date()
    ended = plans.sign_contract(
        organization=make.organization("Northwind College", plan=None), plan="silver",
        starts=date(2026, 1, 1), ends=today - 3 * DAY, grace_days=14, at=now(), by=SYSTEM,
    )  # fmt: skip
    box = imap(name="北京办公室支持邮箱与一个很长很长的名字" * 2)
    state.failing(box, Trouble.SIGN_IN, "[AUTHENTICATIONFAILED] " + "no " * 60, 2, at=now())
    mailbox("well@vendor.example", name="Well")
    incidents.watch(at=now())
    paperwork.raise_notices(at=now())
    tick()
    ringing.raise_due(at=now())
    alarms.tell(at=now())
    return World(admin, carol, alice, tickets, contract, ended)


def _told(tickets: dict[str, Ticket], admin: Agent, carol: Agent, alice: Contact) -> None:
    changing.assign(ticket=tickets["open"], to=admin, at=now() - 40 * MINUTE, by=make.actor(admin))
    make.reply(tickets["open"], carol, now() - 30 * MINUTE, text="Which version do you run?\n\n- one\n- two")
    file = File("l" * 120 + ".log", "text/plain", b"x" * 4000)
    writing.customer_wrote(
        ticket=tickets["open"], contact=alice, channel="email", by=make.actor(alice),
        content=Content("Version 4.2, see the log.", quoted="> Which version?", files=(file,)),
        at=now() - 20 * MINUTE, received_at=now() - 20 * MINUTE,
    )  # fmt: skip
    writing.note(
        ticket=tickets["open"], agent=admin, content=Content("Looks like the old disk."),
        at=now() - 10 * MINUTE, by=make.actor(admin),
    )  # fmt: skip
    make.reply(tickets["paused"], carol, now() - HOUR, status="pending", text="Please send us the file.")
    make.reply(tickets["solved"], carol, now() - HOUR, status="solved", text="Done.")
    make.reply(tickets["closed"], carol, now() - HOUR, status="solved", text="Done.")
    writing.set_status(ticket=tickets["closed"], status="closed", at=now(), by=make.actor(carol))
    for name in ("missed", "low"):
        asker = tickets[name].requester
        escalating.by_customer(
            ticket=tickets[name], contact=asker, reason=GERMAN * 2, at=now(), by=make.actor(asker)
        )
    escalating.take(ticket=tickets["low"], agent=carol, at=now(), by=make.actor(carol))
    merging.merge(ticket=tickets["merged"], into=tickets["open"], at=now(), by=make.actor(carol))


def empty_walk(language: str, theme: str) -> Walk:
    """What an administrator sees before anything has happened, and a customer before they asked anything."""
    found = Walk()
    desk = signed_in(make.agent("Noor Haddad", role="admin"), language, theme)
    empty_coverage(found, desk)
    for view in VIEWS:
        found.take(f"empty-queue-{view.id}", desk, f"/desk/?view={view.id}")
    rooms = (
        "alarms",
        "outbox",
        "mail",
        "mailboxes",
        "organizations",
        "contracts",
        "hours",
        "sponsors",
        "rca",
        "engineers",
    )
    for room in rooms:
        found.take(f"empty-{room}", desk, f"/desk/{room}/")
    portal = signed_in(make.alice(), language, theme)
    found.take("empty-portal", portal, "/")
    found.take("empty-portal-analyses", portal, "/analyses")
    return found


def walk(language: str, theme: str, made: World) -> Walk:
    found = Walk()
    desk = signed_in(made.admin, language, theme)
    _queue(found, desk, made)
    _tickets(found, desk, made)
    _rooms(found, desk, made)
    _regions(found, desk)
    walk_rota(found, desk)
    walk_handover(found, desk, made)
    _catalog(found, desk)
    _contracts(found, desk, made)
    gallery_hours.take(found, desk, made)
    gallery_sponsors.take(found, desk, made.admin, made.tickets["long"].requester)
    _reports(found, desk, made, language, theme)
    _refusals(found, desk, made, language, theme)
    _portal(found, made, language, theme)
    long = made.tickets["long"]
    out = analyses(found, desk, made.admin, long)
    read(found, signed_in(long.requester, language, theme), long, out)
    _way_in(found, made, language, theme)
    _another_vendor(found, desk, language, theme)
    return found


def _queue(found: Walk, desk: Client, made: World) -> None:
    for view in VIEWS:
        found.take(f"queue-{view.id}", desk, f"/desk/?view={view.id}")
    found.take("queue-filtered", desk, "/desk/?plan=gold&priority=urgent&sort=newest")
    found.take("queue-nothing-found", desk, "/desk/?q=zebra&assignee=nobody")
    found.take("alarms", desk, "/desk/alarms/")
    found.take("alarms-of-all", desk, "/desk/alarms/?of=all")
    for name in ("open", "long"):
        found.take(f"peek-{name}", desk, f"/desk/tickets/{made.tickets[name].number}/peek")


def _tickets(found: Walk, desk: Client, made: World) -> None:
    for name, ticket in made.tickets.items():
        found.take(f"ticket-{name}", desk, f"/desk/tickets/{ticket.number}/")
    here = f"/desk/tickets/{made.tickets['open'].number}"
    for name in ("open", "missed", "low", "chinese"):
        found.take(f"why-{name}", desk, f"/desk/tickets/{made.tickets[name].number}/why")
    for verb in ACTS:
        found.take(f"act-{verb}", desk, f"{here}/act/{verb}")
    found.take("ticket-refused", desk, f"{here}/say", {"mode": "reply", "body": ""}, status=422)
    found.take("new", desk, "/desk/new")
    found.take("new-refused", desk, "/desk/new", {"subject": "Half"}, status=422)


def _rooms(found: Walk, desk: Client, made: World) -> None:
    for room in ("mail", "outbox", "mailboxes", "organizations", "contracts"):
        found.take(room, desk, f"/desk/{room}/")
    found.take("mail-words", desk, "/desk/mail/words")
    found.take("mailbox-new", desk, "/desk/mailboxes/new")
    found.take("mailbox-refused", desk, "/desk/mailboxes/new", {"name": "EMEA", "port": "many"}, status=422)
    found.take("mailbox", desk, f"/desk/mailboxes/{Mailbox.objects.latest('pk').pk}/")
    found.take("organizations-strangers", desk, "/desk/organizations/?show=strangers")
    found.take("organizations-nothing-found", desk, "/desk/organizations/?who=zebra")
    found.take("engineers", desk, "/desk/engineers/")
    theirs = f"/desk/organizations/{made.tickets['long'].organization_id}/engineers/"
    found.take("organization-engineers", desk, theirs)
    twice = {"europe-0": str(made.carol.pk), "europe-1": str(made.carol.pk)}
    found.take("organization-engineers-refused", desk, theirs, twice, status=422)
    for name in ("open", "long", "low"):
        of = made.tickets[name].organization_id
        found.take(f"organization-{name}", desk, f"/desk/organizations/{of}/")
    of = made.tickets["long"].organization_id
    found.take("organization-moves", desk, f"/desk/organizations/{of}/region?to=europe")
    found.take("contact-moves", desk, f"/desk/contacts/{made.tickets['low'].requester_id}/region?to=europe")


def _regions(found: Walk, desk: Client) -> None:
    found.take("regions", desk, "/desk/regions/")
    found.take("region", desk, "/desk/regions/china/")
    found.take("region-edit", desk, "/desk/regions/americas/edit")
    flood = typed()["holidays"] + "".join(f"\n{(now() + day * DAY).date()} Flood" for day in range(8))
    sent = typed(holidays=flood) | {"do": "preview"}
    found.take("region-preview", desk, "/desk/regions/americas/edit", sent)
    wrong = typed(weekly_tue="nine to five", holidays="2026-02-30 Never") | {"do": "preview"}
    found.take("region-refused", desk, "/desk/regions/americas/edit", wrong, status=422)
    found.take("region-new", desk, "/desk/regions/new")
    found.take("region-new-refused", desk, "/desk/regions/new", {"id": "A B", "timezone": "Mars"}, status=422)


def _catalog(found: Walk, desk: Client) -> None:
    found.take("catalog", desk, "/desk/catalog/")
    desk.post("/desk/catalog/begin")
    draft = catalogs.open_draft()
    assert draft
    cells = {"f:plans.gold.targets.high.response": "4h", "f:plans.silver.entitlements.premium_contacts": "3"}
    desk.post("/desk/catalog/draft", {"revision": draft.revision} | cells)
    found.take("catalog-draft", desk, "/desk/catalog/draft")
    unread = {"revision": draft.revision + 1, "f:plans.gold.targets.high.response": "soon"}
    found.take("catalog-refused", desk, "/desk/catalog/draft", unread, status=422)
    found.take("catalog-file", desk, "/desk/catalog/draft/file")
    draft.refresh_from_db()
    desk.post("/desk/catalog/draft", {"revision": draft.revision, "f:plans.gold.targets.high.response": "2h"})
    draft.refresh_from_db()
    starts = (now() + 40 * DAY).date().isoformat()
    desk.post("/desk/catalog/draft/publish", {"revision": draft.revision, "starts": starts})
    found.take("catalog-compared", desk, "/desk/catalog/?version=2&against=1")


def _contracts(found: Walk, desk: Client, made: World) -> None:
    here = f"/desk/contracts/{made.contract.pk}/"
    found.take("contract", desk, here)
    found.take("contract-ended", desk, f"/desk/contracts/{made.ended.pk}/")
    for plan in ("silver", "platinum"):
        found.take(f"contract-preview-{plan}", desk, f"{here}?plan={plan}")
    found.take("contract-new", desk, "/desk/contracts/new")
    sent = {
        "organization": made.alice.organization_id,
        "plan": "gold",
        "starts": "2026-01-01",
        "ends": "2025",
    }
    found.take("contract-refused", desk, "/desk/contracts/new", sent, status=422)
    found.take("quote-new", desk, "/desk/quotes/new")
    quoted = {"plan": "gold", "segment": "education", "addressee": "North College"}
    found.take("quote", desk, desk.post("/desk/quotes/new", quoted)["Location"])


def _reports(found: Walk, desk: Client, made: World, language: str, theme: str) -> None:
    gold = signed_in(made.alice, language, theme)
    silver = signed_in(made.tickets["chinese"].requester, language, theme)
    report_pages(found, desk, gold, silver, made.alice.organization_id)


def _refusals(found: Walk, desk: Client, made: World, language: str, theme: str) -> None:
    tom = made.tickets["low"].requester
    found.take("refused-by-plan", desk, f"/desk/contacts/{tom.pk}/change", {"do": "premium"}, status=403)
    carol = signed_in(made.carol, language, theme)
    found.take("refused-by-role", carol, "/desk/mailboxes/", status=403)
    found.take("not-found", carol, "/desk/tickets/999999/", status=404)
    for status in (400, 403, 500):
        asked = RequestFactory().get(f"/error-{status}")
        asked.language, asked.user = language, AnonymousUser()
        page = render(asked, f"errors/{status}.html", {"reason": ""})
        found.shots.append(Shot(f"error-{status}", "", asked.path, page.content.decode(), dict(page.items())))


def _portal(found: Walk, made: World, language: str, theme: str) -> None:
    portal = signed_in(made.alice, language, theme)
    found.take("portal", portal, "/")
    found.take("portal-nothing-found", portal, "/?q=zebra")
    for name in ("crowded", "open", "missed", "paused", "solved", "closed", "merged"):
        found.take(f"portal-{name}", portal, f"/tickets/{made.tickets[name].number}/")
    for name in ("long", "chinese", "low"):
        ticket = made.tickets[name]
        theirs = signed_in(ticket.requester, language, theme)
        found.take(f"portal-{name}", theirs, f"/tickets/{ticket.number}/")
    found.take("portal-new", portal, "/new")
    half = {"subject": "Half", "files": [SimpleUploadedFile("a" * 90, b"x")]}
    found.take("portal-new-refused", portal, "/new", half, status=422)
    found.take("portal-priority", portal, f"/tickets/{made.tickets['open'].number}/priority")
    found.take("portal-escalate", portal, f"/tickets/{made.tickets['open'].number}/escalate")
    missed = f"/tickets/{made.tickets['missed'].number}/escalate"
    found.take("portal-escalate-refused", portal, missed, {"reason": "Now."}, status=409)
    found.take("portal-organization", portal, "/organization")
    gallery_hours.portal(found, portal)
    gallery_sponsors.portal(found, signed_in(made.tickets["long"].requester, language, theme))
    german = signed_in(made.tickets["long"].requester, language, theme)
    found.take("portal-organization-engineers", german, "/organization")
    found.take("portal-settings", portal, "/settings")
    found.take("portal-not-found", portal, "/tickets/999999/", status=404)


def _way_in(found: Walk, made: World, language: str, theme: str) -> None:
    client = Client()
    client.post("/preferences", {"language": language, "theme": theme})
    found.take("sign-in", client, "/sign-in")
    found.take("sign-in-refused", client, "/sign-in", {"email": "nonsense"}, status=422)
    client.post("/sign-in", {"email": made.alice.email})
    found.take("code", client, "/sign-in/code")
    code = codes.digits_of(SignInCode.objects.latest("pk"))
    wrong = f"{(int(code) + 1) % 10**6:06}"
    found.take("code-wrong", client, "/sign-in/code", {"code": wrong}, status=422)
    user = people.user_for_contact(contact=made.alice, at=now())
    secret = people.make_link(user=user, at=now(), press=True)
    found.take("link", client, f"/in/{secret}")
    found.take("link-used", client, "/in/nothing", status=410)


def _another_vendor(found: Walk, desk: Client, language: str, theme: str) -> None:
    """Another vendor's catalog, whose plan refuses people who are not named; one contact too many since a change."""
    document = json.loads((Path(__file__).parents[1] / "catalogs" / "four_contacts.json").read_text("utf-8"))
    loaded = load_catalog(document=document, at=now(), by=SYSTEM)
    found.take("vendor-catalog", desk, f"/desk/catalog/?version={loaded.number}")
    maker = make.organization("Vendor's Customer", plan=None)
    starts = date(2026, 1, 1)
    contract = plans.sign_contract(
        organization=maker, plan="maintenance", starts=starts, ends=None, at=now(), by=SYSTEM
    )
    yuki, bob = make.contact(maker, "Yuki Mori", premium=True), make.contact(maker, "Bob Reyes")
    raw = mail(bob.email, subject="Export stops")
    row = intake.store(
        raw=raw, mailbox="smtp", envelope_from=bob.email, envelope_to=["support@sterling.example"], peer="",
        at=now(),
    )  # fmt: skip
    processing.process(mail_id=row.pk, at=now())
    found.take("mail-not-named", desk, "/desk/mail/")
    found.take("organization-not-named", desk, f"/desk/organizations/{maker.pk}/")
    sent = {"email": bob.email, "subject": "Export stops", "body": "b"}
    found.take("new-not-named", desk, "/desk/new", sent, status=403)
    for name, who in (("named", yuki), ("not-named", bob)):
        portal = signed_in(who, language, theme)
        found.take(f"portal-new-{name}", portal, "/new")
        found.take(f"portal-organization-{name}", portal, "/organization")
    for name in ("Ann", "Ben", "Cora"):
        make.contact(maker, name, premium=True)
    plans.change_plan(contract=contract, plan="open", at=now(), by=SYSTEM)
    found.take("contract-over-cap", desk, f"/desk/contracts/{contract.pk}/")
    found.take("organization-over-cap", desk, f"/desk/organizations/{maker.pk}/")
