"""Questions asked together have the answers that they have alone, each handed out once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sterling.accounts import roster
from sterling.base.asked import Question, asking_together
from sterling.sla import calendars
from sterling.tickets import wording

pytestmark = pytest.mark.usefixtures("installed")

ONE, MANY = Question("SELECT %s::int", (1,)), Question("SELECT array_length(%s::text[], 1)", (("a", "b"),))


def queries(ask):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = ask()
    return found, len(asked)


def test_questions_asked_together_take_one_query():
    def ask():
        with asking_together(ONE, MANY):
            return ONE.asked(), MANY.asked()

    assert queries(ask) == ((1, 2), 1)


def test_an_answer_is_handed_out_once_and_then_asked_anew():
    now = Question("SELECT count(*) FROM generate_series(1, 4)")

    def ask():
        with asking_together(now):
            return now.asked(), now.asked()

    assert queries(ask) == ((4, 4), 2)


def test_an_answer_that_nobody_took_is_gone_afterwards():
    with asking_together(ONE):
        pass
    assert queries(ONE.asked) == (1, 1)


def test_asking_nothing_together_asks_nothing():
    def ask():
        with asking_together():
            return

    assert queries(ask) == (None, 0)


def test_what_an_opening_asks_together_is_what_each_hears_alone():
    alone = calendars.revisions(["americas"]), wording.in_force(), roster.roster().mark
    with asking_together(calendars.question("americas"), wording.KEPT, roster.STATE):
        together, count = queries(
            lambda: (calendars.revisions(["americas"]), wording.in_force(), roster.roster().mark)
        )
    assert together == alone
    assert count == 0
