"""Each house lint finds its bad sample and leaves its good one alone; then the tree itself is clean."""

from __future__ import annotations

import pytest

from tests.house import lints
from tests.house.lints import Finding, Module, check, tree

CLEAN = "src/sterling/tickets/actions/open.py"
TICKET = Module.of(
    "src/sterling/tickets/models/tickets.py",
    "from django.db import models\n"
    "class Ticket(models.Model):\n"
    "    organization = models.ForeignKey('accounts.Organization')\n",
)


def lines_found(path: str, text: str, *beside: Module) -> list[int]:
    return [finding.line for finding in check([Module.of(path, text), *beside]) if finding.path == path]


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime, UTC\nx = datetime.now(UTC)",
        "import datetime as dt\nx = dt.datetime.utcnow()",
        "import datetime\nx = datetime.date.today()",
        "from time import time as clock\nx = clock()",
        "import time\nx = time.time()",
        "from django.utils import timezone\ndefault = timezone.now",
        "from django.utils.timezone import now\nx = now()",
        "from django.db.models.functions import Now\nx = Now()",
    ],
)
def test_reading_the_clock_is_found(text: str):
    assert lines_found(CLEAN, text) == [2]


@pytest.mark.parametrize(
    "text",
    [
        "from sterling.base.moment import now\nx = now()",
        "from datetime import datetime\ndef f(now: datetime) -> datetime:\n    return now",
        "import time\nx = time.monotonic()",
        "from zoneinfo import ZoneInfo\nx = at.astimezone(ZoneInfo('UTC')).date()",
    ],
)
def test_being_told_the_time_is_fine(text: str):
    assert lines_found(CLEAN, text) == []


def test_moment_reads_the_clock_for_everybody():
    text = "from datetime import UTC, datetime\nx = datetime.now(UTC)"
    assert lines_found("src/sterling/base/moment.py", text) == []


def test_the_core_has_no_stopwatch_either():
    assert lines_found("src/sterling/core/clocks.py", "import time\nx = time.monotonic()") == [2]


@pytest.mark.parametrize("manager", ["objects", "_default_manager", "_base_manager"])
def test_a_guarded_models_manager_outside_its_slice_is_found(manager: str):
    text = f"from sterling.tickets.models import Ticket\nx = Ticket.{manager}.all()"
    assert lines_found("src/sterling/desk/views.py", text, TICKET) == [2]
    assert lines_found(
        "src/sterling/desk/views.py",
        f"from sterling.tickets import models\nx = models.Ticket.{manager}",
        TICKET,
    ) == [2]


def test_a_guarded_models_manager_inside_its_slice_is_fine():
    text = "from sterling.tickets.models import Ticket\nx = Ticket.objects.all()"
    assert lines_found("src/sterling/tickets/access.py", text, TICKET) == []


def test_each_channel_is_a_slice_of_its_own():
    mail = Module.of(
        "src/sterling/channels/email/models.py",
        "from django.db import models\nclass Inbound(models.Model):\n    organization_id = models.BigIntegerField()\n",
    )
    text = "x = Inbound.objects.all()"
    assert lines_found("src/sterling/channels/email/intake.py", text, mail) == []
    assert lines_found("src/sterling/channels/phone/calls.py", text, mail) == [1]


def test_a_model_of_no_organization_may_be_read_anywhere():
    region = Module.of(
        "src/sterling/accounts/models.py",
        "from django.db import models\nclass Region(models.Model):\n    name = models.TextField()\n",
    )
    assert lines_found("src/sterling/desk/views.py", "x = Region.objects.all()", region) == []


def test_five_hundred_lines_are_fine_and_one_more_is_not():
    assert lines_found(CLEAN, "x = 1\n" * 500) == []
    assert lines_found(CLEAN, "x = 1\n" * 501) == [501]


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime(2026, 3, 2)",
        "import datetime as dt\nx = dt.datetime(2026, 3, 2, 9, 30)",
        "from datetime import datetime\nx = datetime.now()",
        "from datetime import datetime\nx = datetime.utcnow()",
    ],
)
def test_a_naive_datetime_in_a_test_is_found(text: str):
    assert lines_found("tests/core/test_x.py", text) == [2]


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import UTC, datetime\nx = datetime(2026, 3, 2, tzinfo=UTC)",
        "from datetime import UTC, datetime\nx = datetime(2026, 3, 2, 0, 0, 0, 0, UTC)",
        "from datetime import datetime\nx = datetime(2026, 3, 2)  # noqa: DTZ001 - naive ones are refused",
        "from datetime import datetime\nx = datetime(*parts)",
        "from datetime import date\nx = date(2026, 3, 2)",
    ],
)
def test_a_datetime_with_a_zone_or_a_reason_is_fine(text: str):
    assert lines_found("tests/core/test_x.py", text) == []


def test_signals_and_saves_of_their_own_are_found():
    assert lines_found(CLEAN, "from django.db.models.signals import post_save") == [1]
    text = "from django.db import models\nclass X(models.Model):\n    def save(self):\n        pass"
    assert lines_found(CLEAN, text) == [3]


def test_a_storage_may_have_a_delete():
    assert lines_found(CLEAN, "class Files(Storage):\n    def delete(self, name):\n        pass") == []


def test_the_lints_know_the_products_guarded_models():
    known = {model.name for model in lints.models_of(tree())}
    assert known >= {"Ticket", "Message", "Contact", "Organization", "Event", "Clock", "Timeline"}


def test_the_tree_keeps_the_house_rules():
    findings: list[Finding] = check(tree())
    assert [str(finding) for finding in findings] == []
