"""The customer's own sponsor in the portal: who it is, when they speak next, what is shared."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sterling.accounts.models import Contact
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.sponsors import actions
from tests import make
from tests.portal.conftest import SignIn, page

pytestmark = pytest.mark.usefixtures("installed")
DAY = timedelta(days=1)


def sponsored(alice: Contact) -> None:
    of = alice.organization_id
    ada = make.agent("Ada Lind", role="lead")
    actions.name_sponsor(
        organization_id=of, agent=ada, counterpart=alice, cadence="quarter", at=now() - DAY, by=SYSTEM
    )
    for notes, shared in (("They may leave us.", False), ("The roadmap comes in May.", True)):
        actions.record_touchpoint(
            organization_id=of, kind="call", on=now(), people_there="Ada, Alice", notes=notes, shared=shared,
            at=now(), by=SYSTEM,
        )  # fmt: skip


def test_the_customer_reads_who_it_is_and_what_is_shared_and_nothing_else(signed_in: SignIn) -> None:
    alice = make.alice(make.organization(plan="platinum"))
    sponsored(alice)
    client = signed_in(alice)
    assert 'href="/sponsor"' in page(client, "/organization")
    html = page(client, "/sponsor")
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Ada Lind" in words
    assert "You speak next by" in words
    assert "The roadmap comes in May." in words
    assert "They may leave us." not in html
    assert client.get("/sponsor/meeting.ics").status_code == 404
    actions.plan_meeting(
        organization_id=alice.organization_id, starts_at=now() + DAY, agenda="Renewal", at=now(), by=SYSTEM
    )
    assert "加入日历" in page(client, "/sponsor", "zh")
    assert b"METHOD:REQUEST" in client.get("/sponsor/meeting.ics").content


@pytest.mark.parametrize("plan", [None, "silver", "gold"])
def test_a_plan_without_a_sponsor_says_what_would_bring_one(signed_in: SignIn, plan: str | None) -> None:
    alice = make.contact(make.organization(plan=plan), "Alice Moreau")
    answer = signed_in(alice).get("/sponsor")
    assert (answer.status_code, "Platinum includes this." in answer.content.decode()) == (403, True)


def test_nobody_else_finds_anything_here(signed_in: SignIn) -> None:
    alice = make.alice(make.organization(plan="platinum"))
    sponsored(alice)
    unconfirmed = make.contact(alice.organization, "Una New", confirmed=False)
    for path in ("/sponsor", "/sponsor/meeting.ics"):
        assert signed_in(unconfirmed).get(path).status_code == 404
    mallory = make.contact(make.organization("Elsewhere", plan="platinum"), "Mallory Stone")
    assert "The roadmap comes in May." not in page(signed_in(mallory), "/sponsor")
