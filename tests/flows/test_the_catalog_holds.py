"""What the plan says holds in the product, requirement by requirement where no other file shows it already."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import sterling
from sterling.accounts.actions import customers
from sterling.core.catalog import Catalog
from sterling.core.catalog.shipped import shipped
from sterling.sla import queries as promises
from sterling.tickets.actions.opening import CHANNELS
from sterling.tickets.models import Message
from tests import make
from tests.api.client import Holder, holder

pytestmark = pytest.mark.usefixtures("installed")
PLANS = ("standard", "silver", "gold", "platinum")
ROOT = Path(sterling.__file__).parent


def asking(plan: str) -> make.Contact:
    """Somebody who is served under this plan."""
    of = make.organization(plan=None if plan == "standard" else plan)
    return make.contact(of, "Alice Moreau", premium=plan != "standard")


@pytest.fixture
def staff() -> Holder:
    return holder(make.agent())


def test_without_a_contract_everybody_is_served_as_standard() -> None:
    """R2."""
    stranger = customers.sender(email="lin@nowhere.example", name="Lin Ke", language="", at=make.TUESDAY)
    known = make.contact(make.organization(plan=None), "Bob Reyes")
    assert [make.ticket(one).plan for one in (stranger, known)] == ["standard", "standard"]


def test_no_plan_counts_tickets() -> None:
    """R3: nothing in the catalog counts them, and the fiftieth is served as the first."""
    assert not [name for name in shipped().entitlements if "ticket" in name]
    bob = asking("standard")
    tickets = [make.ticket(bob) for _ in range(50)]
    assert {make.clocks(one, make.TUESDAY)[0] for one in (tickets[0], tickets[-1])} == {
        make.clocks(tickets[0], make.TUESDAY)[0]
    }


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_is_served_on_every_channel_and_each_message_says_which(plan: str, staff: Holder) -> None:
    """R4."""
    alice = asking(plan)
    for channel in CHANNELS:
        opened = staff.post("/tickets", contact=str(alice.pk), subject="s", body="b", channel=channel)
        assert (opened.status, opened["plan"], opened["channel"]) == (201, plan, channel)
        written = Message.objects.filter(ticket__number=opened["number"], kind="customer")
        assert [one.channel for one in written] == [channel]


@pytest.mark.parametrize("plan", PLANS)
def test_a_ticket_is_promised_what_its_cell_says(plan: str) -> None:
    """R5 to R7: all four cells of each plan, on tickets as they are opened."""
    alice = asking(plan)
    for priority in ("urgent", "high", "medium", "low"):
        cell = shipped().cell(plan, priority)
        ticket = make.ticket(alice, priority=priority)
        result = promises.result_at(ticket.timeline_id, make.TUESDAY)
        assert result.owed
        assert result.owed.target == cell.response
        assert (result.update is None) == (priority == "low")  # R17
        if cell.hours.value == "always":
            assert result.owed.due == make.TUESDAY + cell.response


def test_targets_depend_on_plan_and_priority_alone() -> None:
    """R8: neither the catalog nor a ticket knows a product."""
    assert list(inspect.signature(Catalog.cell).parameters) == ["self", "plan", "priority"]
    alice = asking("gold")
    one, other = (
        make.ticket(alice, subject=subject, priority="high") for subject in ("Mail server", "Printer")
    )
    assert make.clocks(one, make.TUESDAY) == make.clocks(other, make.TUESDAY)


def test_pages_and_mail_speak_of_targets() -> None:
    """R13: no reader is told of a guarantee, a breach or an SLA, in either language."""
    forbidden = re.compile(r"\bguarantee|\bbreach|\bSLAs?\b|服务等级协议|违约|保证在")
    said = []
    for file in [*ROOT.rglob("*.html"), *ROOT.rglob("*.typ"), *ROOT.rglob("*.py")]:
        text = file.read_text(encoding="utf-8")
        words = re.findall(r'Text\(\s*f?"((?:[^"\\]|\\.)*)"', text) if file.suffix == ".py" else [text]
        said += [(file.name, found[0]) for one in words if (found := forbidden.search(one))]
    assert said == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_colleague_who_is_not_named_is_served_as_standard_and_told_whom_to_ask_on_every_channel(
    channel: str, staff: Holder
) -> None:
    """R36."""
    alice = asking("gold")
    bob = make.contact(alice.organization, "Bob Reyes")
    opened = staff.post("/tickets", contact=str(bob.pk), subject="s", body="b", channel=channel)
    assert opened["plan"] == "standard"
    said = Message.objects.get(ticket__number=opened["number"], kind="auto").text
    assert "A named contact can take this ticket over, and it is served under Gold from then on:" in said
    assert f"Alice Moreau <{alice.email}>" in said


def test_a_contact_is_premium_once_somebody_has_looked_and_the_record_says_who_when_and_how(
    staff: Holder,
) -> None:
    """R35."""
    bob = make.contact(make.organization(), "Bob Reyes")
    before = make.ticket(bob)
    read = staff.get(f"/contacts/{bob.pk}")
    assert (read["premium"], read["verified_at"], read["verified_by"], read["verified_how"]) == (
        False, None, "", "",
    )  # fmt: skip
    after = staff.post(f"/contacts/{bob.pk}/verify")
    assert (after["premium"], after["verified_by"], after["verified_how"]) == (
        True,
        "Carol Mensah",
        "by hand",
    )
    assert after["verified_at"]
    before.refresh_from_db()
    assert before.plan == "gold"
