"""The regions' coverage line: today's hours as a bar, open until when, how many are on duty."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.actions.shifts import Regular, set_shifts
from sterling.base.moment import now
from sterling.desk.coverage import Cover, covers
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)


def covered(region: str, after: timedelta = timedelta()) -> Cover:
    return next(one for one in covers(TUESDAY + after) if one.region == region)


@pytest.mark.parametrize(
    ("region", "en", "zh"),
    [
        ("americas", "open until 17:00 Chicago time", "服务至芝加哥时间 17:00"),
        ("europe", "closed, opens Wed 09:00 Berlin time", "已休息，柏林时间周三 09:00 开始服务"),
        ("china", "closed, opens Wed 09:00 Beijing time", "已休息，北京时间周三 09:00 开始服务"),
    ],
)
def test_each_region_says_until_when_it_is_open_or_when_it_opens(region: str, en: str, zh: str) -> None:
    line = covered(region).line
    assert (line.en, line.zh) == (en, zh)


def test_the_bar_is_the_local_day_with_its_open_hours_and_now() -> None:
    """Ten in the morning of a day of 24 hours, open from 09:00 to 17:00, on 72 px."""
    cover = covered("americas")
    assert (cover.bars, cover.tick, cover.is_open) == (((27.0, 24.0),), 30.0, True)
    # Sunday 8 March has 23 hours there, and none of them is open.
    assert covered("americas", timedelta(days=5)).bars == ()


def test_how_many_are_on_duty_is_said_once_somebody_has_shifts() -> None:
    carol, theo = make.agent(), make.agent("Theo Blum")
    assert covered("americas").on_duty is None
    for agent, hours in ((carol, ["08:00", "16:00"]), (theo, ["22:00", "23:00"])):
        set_shifts(agent=agent, regular=[Regular({"weekly": {"tue": [hours]}})], at=TUESDAY, by=make.SYSTEM)
    assert covered("americas").line.en == "open until 17:00 Chicago time, 1 on duty"
    assert covered("americas").line.zh == "服务至芝加哥时间 17:00，1 人值班"
    assert covered("americas", 6 * HOUR).on_duty == 0
    assert covered("china").on_duty == 0


def test_it_stands_on_every_page_and_costs_the_same_whatever_the_staff() -> None:
    client, carol = Client(), make.agent()
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    page = client.get("/desk/").content.decode()
    assert page.count('class="ribbon"') == 1 + len(covers(now()))
    counts = []
    for nth in range(2):
        make.agent(f"Other {nth}")
        with CaptureQueriesContext(connection) as asked:
            covers(now())
        counts.append(len(asked))
    assert counts[0] == counts[1]
