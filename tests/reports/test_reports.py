"""The report of a quarter: exact figures, its causes, its states; once each quarter by itself."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid, NotEntitled, NotYours
from sterling.base.models import AuditEntry
from sterling.reports import actions
from sterling.reports.access import report_for, reports_for, reports_of
from sterling.reports.models import Report
from sterling.reports.shown.speech import Speech
from sterling.sla.actions import recompute
from tests import make
from tests.reports.quarter import AFTER, DAY, FIRST, HOUR, LAST, MINUTE, TUESDAY, Quarter, quarter


def made(of: Quarter, at: datetime = AFTER, **more: object) -> Report:
    return actions.make_report(
        organization=of.organization,
        first=more.pop("first", FIRST),
        last=more.pop("last", LAST),
        at=at,
        by=SYSTEM,
        **more,
    )


@pytest.mark.usefixtures("installed")
class TestFigures:
    def test_every_promise_that_fell_due_is_counted_once(self) -> None:
        figures = made(quarter()).figures
        attained = figures["attainment"]
        rows = [
            (row["metric"], row["plan"], row["priority"], row["kept"], row["n"], row["used"])
            for row in attained["rows"]
        ]
        assert rows == [
            ("first_response", "gold", "high", 0, 1, [1.1]),
            ("first_response", "gold", "low", 1, 3, [0.25, 1.125, 29.875]),
            ("response", "gold", "high", 0, 1, [1.1]),
            ("response", "gold", "low", 1, 3, [0.25, 1.125, 29.875]),
            ("update", "gold", "high", 1, 1, [0.825]),
            ("update", "gold", "low", 2, 2, []),
        ]
        assert attained["kept"] == {
            "kept": 4, "n": 7, "late": 3, "rate": 0.5714, "few": False, "interval": [0.2505, 0.8418],
        }  # fmt: skip
        assert (attained["tickets"]["kept"], attained["tickets"]["n"]) == (1, 4)
        assert [row["targets"][0]["en"] for row in attained["rows"][2:]] == [
            "3 h", "8 h", "every 4 h", "on status change",
        ]  # fmt: skip

    def test_a_miss_says_by_how_much_and_why(self) -> None:
        of = quarter()
        misses = made(of).figures["misses"]
        found = [
            (miss["ticket"], miss["late_by"], [fact["code"] for fact in miss["facts"]]) for miss in misses
        ]
        assert found == [
            (of.tickets[1].number, 18 * 60, ["nobody"]),
            (of.tickets[2].number, 3600, ["reassigned"]),
            (of.tickets[3].number, (AFTER - TUESDAY - 20 * DAY - 8 * HOUR) // timedelta(seconds=1),
             ["nobody", "unanswered"]),
        ]  # fmt: skip
        assert misses[1]["facts"][0]["zh"] == "计时期间更换了负责人（3 月 5 日 17:00）。"

    def test_volumes_backlog_and_resolution(self) -> None:
        of = quarter()
        figures = made(of).figures
        volumes, backlog, resolution = figures["volumes"], figures["backlog"], figures["resolution"]
        assert (volumes["opened"], volumes["resolved"]) == (4, 3)
        assert [(one["priority"], one["opened"], one["resolved"]) for one in volumes["by_priority"]] == [
            ("urgent", 0, 0), ("high", 1, 1), ("medium", 0, 0), ("low", 3, 2),
        ]  # fmt: skip
        assert [(one["name"]["zh"], one["opened"]) for one in volumes["by_channel"]] == [("门户", 4)]
        assert [(one["id"], one["opened"]) for one in volumes["by_contact"]] == [("Alice Moreau", 4)]
        assert [(one["id"], one["opened"]) for one in volumes["by_region"]] == [("americas", 4)]
        assert (backlog["open"], backlog["ages"]) == (1, [0, 0, 0, 1, 0, 0])
        assert [(one["ticket"], one["days"]) for one in backlog["oldest"]] == [(of.tickets[3].number, 8)]
        assert resolution["elapsed"] == {
            "n": 3, "median": 3 * 3600 + 18 * 60, "p90": 9 * 3600,
        }  # fmt: skip
        assert resolution["reopened"] == {"n": 0, "of": 3}
        assert resolution["waits"]["open"] == 2 * 3600 + 3 * 3600 + 18 * 60 + 9 * 3600 + (
            datetime(2026, 4, 1, 5, tzinfo=UTC) - TUESDAY - 20 * DAY
        ) // timedelta(seconds=1)

    def test_stored_clocks_count_the_same(self) -> None:
        of = quarter()
        report = made(of)
        for ticket in of.tickets:
            recompute.recompute(timeline_id=ticket.timeline_id, at=AFTER)
        later = made(of, first=date(2026, 4, 1), last=date(2026, 6, 30), at=AFTER + MINUTE)
        kept = report.figures["attainment"]["kept"]
        before = later.figures["quarters"][-2]
        assert (before["kept"], before["n"], before["rate"]) == (kept["kept"], kept["n"], kept["rate"])
        assert [one["name"]["en"] for one in later.figures["quarters"]] == ["Q1 2026", "Q2 2026"]

    def test_a_clock_counts_in_the_quarter_in_which_it_fell_due(self) -> None:
        of = quarter()
        eve = datetime(2026, 4, 1, 4, 0, tzinfo=UTC)  # 23:00 on 31 March in Chicago
        make.reply(make.ticket(of.alice, priority="low", at=eve), of.carol, eve + MINUTE)
        first = made(of).figures["attainment"]["kept"]
        second = made(of, first=date(2026, 4, 1), last=date(2026, 6, 30)).figures["attainment"]["kept"]
        assert (first["n"], second["n"]) == (7, 1)

    def test_what_the_plan_gives_is_told_and_what_it_lacks_is_named(self) -> None:
        figures = made(quarter()).figures
        assert figures["contacts"] == {
            "included": True, "used": 1, "cap": 3, "names": [{"name": "Alice Moreau", "region": None}],
        }  # fmt: skip
        hours = figures["hours"]
        assert (hours["granted"], hours["used"], hours["left"], hours["service_plan"]) == (8, 0, 8, None)

    def test_nothing_to_count_is_no_hundred_percent(self) -> None:
        empty = actions.make_report(
            organization=make.organization(), first=FIRST, last=LAST, at=AFTER, by=SYSTEM
        )
        assert empty.figures["attainment"]["kept"] == {
            "kept": 0, "n": 0, "late": 0, "rate": None, "few": True, "interval": None,
        }  # fmt: skip

    def test_queries_do_not_grow_with_the_tickets(self) -> None:
        of = quarter()

        def queries() -> int:
            with CaptureQueriesContext(connection) as taken:
                made(of)
            return len(taken)

        made(of)
        few = queries()
        for nth in range(5):
            make.ticket(of.alice, priority="high", at=TUESDAY + nth * DAY)
        assert queries() == few


@pytest.mark.usefixtures("installed")
class TestStates:
    def test_words_are_added_until_it_is_published(self) -> None:
        of = quarter()
        report = made(of)
        key = report.figures["misses"][0]["key"]
        edited = actions.edit_report(
            report=report,
            words=actions.Words(
                summary=" A calm quarter.\r\n", aim="97.5", causes={key: "The mail filter held it."}
            ),
            at=AFTER,
            by=SYSTEM,
        )
        assert (edited.summary, str(edited.aim), edited.causes) == (
            "A calm quarter.", "97.5", {key: "The mail filter held it."},
        )  # fmt: skip
        back = actions.edit_report(report=report, words=actions.Words(causes={key: ""}), at=AFTER, by=SYSTEM)
        assert (back.causes, back.summary) == ({}, "A calm quarter.")
        published = actions.publish_report(report=report, at=AFTER, by=SYSTEM)
        assert (published.state, published.published_at) == ("published", AFTER)
        with pytest.raises(Conflict, match=r"published and changes no more"):
            actions.edit_report(report=report, words=actions.Words(summary="x"), at=AFTER, by=SYSTEM)
        with pytest.raises(Conflict, match=r"published and changes no more"):
            actions.publish_report(report=report, at=AFTER, by=SYSTEM)
        verbs = AuditEntry.objects.filter(object_kind="report").order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["report_made", "report_edited", "report_edited", "report_published"]

    def test_a_miss_of_less_than_a_second_is_not_said_to_be_none(self) -> None:
        said = {language: Speech(language, ZoneInfo("UTC"), {}).late(0) for language in ("en", "zh")}
        assert said == {"en": "under 1 s", "zh": "不到 1 秒"}
        assert Speech("en", ZoneInfo("UTC"), {}).late(61) == "1 min"

    @pytest.mark.parametrize("aim", ["0", "100", "NaN", "much", "Infinity"])
    def test_an_aim_is_a_percentage(self, aim: str) -> None:
        report = made(quarter())
        with pytest.raises(Invalid, match=r"aim: Write a percentage"):
            actions.edit_report(report=report, words=actions.Words(aim=aim), at=AFTER, by=SYSTEM)

    def test_a_cause_belongs_to_a_miss_of_the_report(self) -> None:
        report = made(quarter())
        with pytest.raises(Invalid, match=r"causes.7-x: No miss of this report"):
            actions.edit_report(report=report, words=actions.Words(causes={"7-x": "y"}), at=AFTER, by=SYSTEM)

    def test_the_next_report_starts_with_the_same_aim(self) -> None:
        of = quarter()
        actions.edit_report(report=made(of), words=actions.Words(aim="98"), at=AFTER, by=SYSTEM)
        assert str(Report.objects.get(pk=made(of).pk).aim) == "98.0"

    @pytest.mark.parametrize(
        "change", ["figures = '{}'", "first = '2020-01-01'", "made_at = now()", "plan = 'platinum'"]
    )
    def test_figures_stand_in_the_database(self, change: str) -> None:
        made(quarter())
        with pytest.raises(DatabaseError, match="stands as it was made"), transaction.atomic():
            connection.cursor().execute(f"UPDATE reports_report SET {change}")
        with pytest.raises(DatabaseError, match="stands as it was made"), transaction.atomic():
            connection.cursor().execute("DELETE FROM reports_report")

    def test_what_is_published_stands_whole(self) -> None:
        actions.publish_report(report=made(quarter()), at=AFTER, by=SYSTEM)
        with pytest.raises(DatabaseError, match="stands as it was made"), transaction.atomic():
            connection.cursor().execute("UPDATE reports_report SET summary = 'better'")

    @pytest.mark.parametrize(
        ("first", "last", "said"),
        [
            (date(2026, 4, 3), date(2026, 5, 1), "from: This day is still ahead"),
            (date(2026, 3, 2), date(2026, 3, 1), "to: The last day must not be before the first"),
            (date(2025, 1, 1), date(2026, 3, 1), "to: At most 366 days"),
        ],
    )
    def test_bad_days_are_refused(self, first: date, last: date, said: str) -> None:
        of = quarter()
        with pytest.raises(Invalid, match=said):
            made(of, first=first, last=last)
        with pytest.raises(Invalid, match="language: One of en, zh"):
            made(of, language="fr")
        assert Report.objects.count() == 0

    @pytest.mark.parametrize("plan", ["silver", None])
    def test_a_plan_without_it_is_refused_with_what_would_bring_it(self, plan: str | None) -> None:
        organization = make.organization(plan=plan)
        with pytest.raises(NotEntitled) as refused:
            actions.make_report(organization=organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)
        assert (refused.value.entitlement, refused.value.plan) == ("enhanced_reports", plan or "standard")
        assert "Gold" in refused.value.remedy.en
        assert Report.objects.count() == 0


@pytest.mark.usefixtures("installed")
class TestDoors:
    def test_mallory_and_nobody_see_none(self) -> None:
        of = quarter()
        report = made(of)
        actions.publish_report(report=report, at=AFTER, by=SYSTEM)
        mallory = make.viewer(make.mallory())
        for ref in (of.organization.pk, None):
            with pytest.raises(NotYours):
                report_for(mallory, ref, report.pk)
        with pytest.raises(NotYours):
            reports_of(mallory, of.organization.pk, AFTER)
        assert list(reports_for(mallory)) == []

    def test_a_confirmed_contact_sees_what_was_published_and_no_draft(self) -> None:
        of = quarter()
        report = made(of)
        viewer = make.viewer(of.alice)
        with pytest.raises(NotYours):
            report_for(viewer, None, report.pk)
        actions.publish_report(report=report, at=AFTER, by=SYSTEM)
        assert report_for(viewer, of.organization.pk, report.pk).figures["volumes"]["opened"] == 4
        bob = make.viewer(make.contact(of.organization, "Bob Unknown"))
        assert list(reports_for(bob)) == ([report] if bob.contact.confirmed_at else [])

    def test_the_organization_in_the_address_must_be_its_own(self) -> None:
        report = made(quarter())
        other = make.organization("Other", plan="gold")
        with pytest.raises(NotYours):
            report_for(make.viewer(make.agent()), other.pk, report.pk)

    def test_reports_of_a_better_plan_stay_readable(self) -> None:
        of = quarter()
        staff = make.viewer(of.carol)
        made(of)
        with pytest.raises(NotEntitled):
            reports_of(staff, make.organization("Silver Ltd", plan="silver").pk, AFTER)
        assert reports_of(staff, of.organization.pk, AFTER + 3000 * DAY)[1].count() == 1


@pytest.mark.usefixtures("installed")
class TestEachQuarter:
    def test_a_draft_is_made_once_when_the_quarter_is_over(self) -> None:
        of = quarter()
        make.organization("Silver Ltd", plan="silver")
        make.organization("No contract", plan=None)
        during = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
        assert actions.make_due(at=during) == 0
        over = datetime(2026, 4, 1, 5, 0, tzinfo=UTC)  # midnight in Chicago
        assert actions.make_due(at=over - MINUTE) == 0
        assert [actions.make_due(at=over + nth * HOUR) for nth in range(3)] == [1, 0, 0]
        report = Report.objects.get()
        assert (report.organization, report.first, report.last) == (of.organization, FIRST, LAST)
        assert (report.state, report.made_by, report.until) == ("draft", SYSTEM.name, over)

    def test_a_customer_since_after_the_quarter_gets_none(self) -> None:
        make.organization()  # since 1 January
        assert actions.make_due(at=datetime(2026, 3, 1, tzinfo=UTC)) == 0

    def test_a_crash_in_the_middle_leaves_nothing_and_the_next_round_makes_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        quarter()
        with monkeypatch.context() as broken:
            broken.setattr(actions, "_record", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                actions.make_due(at=AFTER)
        assert Report.objects.count() == 0
        assert actions.make_due(at=AFTER) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_draft(installed: None) -> None:  # noqa: ARG001 - it must be there
    quarter()
    begin, counts = threading.Barrier(2), []

    def work() -> None:
        begin.wait()
        try:
            counts.append(actions.make_due(at=AFTER))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (sorted(counts), Report.objects.count()) == ([0, 1], 1)
