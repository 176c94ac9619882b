"""When a root-cause analysis is owed and due, what it must say, who may move it on, whom it must not name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.calendars import Calendar
from sterling.core.catalog import BusinessDays
from sterling.core.catalog.shipped import shipped
from sterling.core.rca import (
    Because,
    Edition,
    Fact,
    Move,
    Name,
    Owing,
    Standing,
    State,
    Suspect,
    Terms,
    What,
    cleaned,
    due,
    empty,
    missing,
    moves,
    owing,
    refusal,
    rings,
    suspects,
    terms_of,
    texts,
)

TERMS = terms_of(shipped())
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
# The holidays of these weeks as the countries keep them; exceptions are China's substitute working days.
GERMANY = Calendar.from_dict(
    {
        "tz": "Europe/Berlin",
        "weekly": WEEK,
        "holidays": ["2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"],
    }
)
AMERICA = Calendar.from_dict(
    {"tz": "America/Chicago", "weekly": WEEK, "holidays": ["2026-11-11", "2026-11-26", "2026-12-25"]}
)
CHINA = Calendar.from_dict(
    {
        "tz": "Asia/Shanghai",
        "weekly": WEEK,
        "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
        "exceptions": {"2026-09-20": [["09:00", "17:00"]], "2026-10-10": [["09:00", "17:00"]]},
    }
)


def at(hours: float) -> datetime:
    return START + hours * HOUR


def facts(*told: tuple[float, What, str]) -> list[Fact]:
    return [Fact(at(hours), what, value) for hours, what, value in told]


PLATINUM, GOLD = (0, What.PLAN, "platinum"), (0, What.PLAN, "gold")
URGENT = (1, What.CONFIRMED, "urgent")


class TestOwed:
    def test_the_shipped_catalog_owes_them_to_platinum_for_urgent_within_five_and_ten_business_days(
        self,
    ) -> None:
        assert (
            Terms(
                frozenset({"platinum"}),
                frozenset({"urgent"}),
                {Edition.PRELIMINARY: BusinessDays(5), Edition.FINAL: BusinessDays(10)},
            )
            == TERMS
        )

    def test_platinum_confirmed_urgent_is_owed_one(self) -> None:
        assert owing(facts(PLATINUM, URGENT), TERMS) == Owing(at(1), Because.PLAN)

    @pytest.mark.parametrize(
        "told", [(PLATINUM,), (GOLD, URGENT), (PLATINUM, (1, What.CONFIRMED, "high"))], ids=str
    )
    def test_nothing_else_is(self, told: tuple[tuple[float, What, str], ...]) -> None:
        assert owing(facts(*told, (2, What.WORKAROUND, "")), TERMS) is None

    def test_urgent_at_any_time_counts_also_when_it_was_lowered_since(self) -> None:
        told = facts(PLATINUM, URGENT, (2, What.CONFIRMED, "low"), (3, What.RESOLVED, ""))
        assert owing(told, TERMS) == Owing(at(1), Because.PLAN, at(3), What.RESOLVED)

    def test_a_plan_raised_after_urgent_was_confirmed_owes_it_from_then_on(self) -> None:
        told = facts(GOLD, URGENT, (2, What.WORKAROUND, ""), (5, What.PLAN, "platinum"))
        assert owing(told, TERMS) == Owing(at(5), Because.PLAN, at(5), What.WORKAROUND)

    def test_what_is_owed_stays_owed_when_the_plan_is_lowered(self) -> None:
        assert owing(facts(PLATINUM, URGENT, (2, What.PLAN, "gold")), TERMS) == Owing(at(1), Because.PLAN)

    def test_a_manager_may_grant_one_elsewhere(self) -> None:
        told = facts(GOLD, (3, What.RESOLVED, ""), (8, What.GRANTED, ""))
        assert owing(told, TERMS) == Owing(at(8), Because.EXCEPTION, at(8), What.RESOLVED)

    def test_the_days_count_from_workaround_or_resolution_whichever_comes_first(self) -> None:
        around, solved = (4, What.WORKAROUND, ""), (6, What.RESOLVED, "")
        both = owing(facts(PLATINUM, URGENT, around, solved), TERMS)
        assert both == Owing(at(1), Because.PLAN, at(4), What.WORKAROUND)
        late = owing(facts(PLATINUM, URGENT, solved, (9, What.WORKAROUND, "")), TERMS)
        assert late == Owing(at(1), Because.PLAN, at(6), What.RESOLVED)

    def test_a_reopening_takes_the_resolution_back_and_leaves_the_workaround(self) -> None:
        reopened = (*facts(PLATINUM, URGENT, (6, What.RESOLVED, ""), (7, What.REOPENED, "")),)
        assert owing(reopened, TERMS) == Owing(at(1), Because.PLAN)
        again = owing([*reopened, *facts((9, What.RESOLVED, ""))], TERMS)
        assert again == Owing(at(1), Because.PLAN, at(9), What.RESOLVED)
        around = facts(
            PLATINUM, URGENT, (2, What.WORKAROUND, ""), (6, What.RESOLVED, ""), (7, What.REOPENED, "")
        )
        assert owing(around, TERMS) == Owing(at(1), Because.PLAN, at(2), What.WORKAROUND)

    def test_a_thank_you_that_asked_for_nothing_does_not_move_the_days(self) -> None:
        told = facts(PLATINUM, URGENT, (6, What.RESOLVED, ""), (7, What.REOPENED, ""), (8, What.STANDS, ""))
        assert owing(told, TERMS) == Owing(at(1), Because.PLAN, at(6), What.RESOLVED)

    def test_a_catalog_that_says_no_dates_has_five_and_ten_business_days(self) -> None:
        catalog = shipped()
        terms = replace(catalog.entitlements["rca"], due={})
        bare = replace(catalog, entitlements={**catalog.entitlements, "rca": terms})
        assert terms_of(bare).due == TERMS.due
        none = {name: one for name, one in catalog.entitlements.items() if name != "rca"}
        assert terms_of(replace(catalog, entitlements=none)).plans == frozenset()


class TestDue:
    @pytest.mark.parametrize(
        ("calendar", "start", "fifth", "tenth"),
        [
            # Good Friday and Easter Monday are not counted; summer time begins on 29 March.
            (GERMANY, datetime(2026, 3, 27, 10, tzinfo=UTC), datetime(2026, 4, 7, 15, tzinfo=UTC),
             datetime(2026, 4, 14, 15, tzinfo=UTC)),
            # Thanksgiving.
            (AMERICA, datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC),
             datetime(2026, 12, 7, 23, tzinfo=UTC)),
            # A Saturday in America: Monday is the first business day.
            (AMERICA, datetime(2026, 3, 7, 18, tzinfo=UTC), datetime(2026, 3, 13, 22, tzinfo=UTC),
             datetime(2026, 3, 20, 22, tzinfo=UTC)),
            # The golden week is over on the 7th; Saturday the 10th is worked in its place.
            (CHINA, datetime(2026, 9, 30, 2, tzinfo=UTC), datetime(2026, 10, 13, 9, tzinfo=UTC),
             datetime(2026, 10, 20, 9, tzinfo=UTC)),
            # Sunday 20 September is worked: solved on Saturday, it is the first of the five.
            (CHINA, datetime(2026, 9, 19, 3, tzinfo=UTC), datetime(2026, 9, 24, 9, tzinfo=UTC),
             datetime(2026, 10, 8, 9, tzinfo=UTC)),
        ],
    )  # fmt: skip
    def test_it_is_the_close_of_the_fifth_and_of_the_tenth_business_day_after(
        self, calendar: Calendar, start: datetime, fifth: datetime, tenth: datetime
    ) -> None:
        assert due(BusinessDays(5), start, calendar) == fifth
        assert due(BusinessDays(10), start, calendar) == tenth

    def test_the_local_date_decides_not_that_of_utc(self) -> None:
        """23:00 UTC on Thursday is Friday in Beijing: Monday is the first day."""
        assert due(BusinessDays(1), datetime(2026, 3, 5, 23, tzinfo=UTC), CHINA) == datetime(
            2026, 3, 9, 9, tzinfo=UTC
        )
        assert due(BusinessDays(1), datetime(2026, 3, 5, 23, tzinfo=UTC), AMERICA) == datetime(
            2026, 3, 6, 23, tzinfo=UTC
        )

    def test_a_duration_counts_around_the_clock(self) -> None:
        assert due(48 * HOUR, START, GERMANY) == START + 48 * HOUR

    def test_a_holiday_that_is_declared_moves_it_on(self) -> None:
        document = GERMANY.to_dict()
        closed = Calendar.from_dict({**document, "holidays": [*document["holidays"], "2026-03-06"]})
        assert due(BusinessDays(5), START, GERMANY) == datetime(2026, 3, 10, 16, tzinfo=UTC)
        assert due(BusinessDays(5), START, closed) == datetime(2026, 3, 11, 16, tzinfo=UTC)

    @given(
        start=st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis takes bounds without a zone
        days=st.integers(1, 15),
        which=st.sampled_from([GERMANY, AMERICA, CHINA]),
    )
    def test_exactly_n_business_days_lie_after_the_start(
        self, start: datetime, days: int, which: Calendar
    ) -> None:
        found = due(BusinessDays(days), start, which)
        assert found is not None
        first, last = which.local_date(start), which.local_date(found)
        between = [first + number * DAY for number in range(1, (last - first).days + 1)]
        assert sum(which.is_business_day(day) for day in between) == days
        assert which.close_of(last) == found > start

    @given(
        start=st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis takes bounds without a zone
        holiday=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        which=st.sampled_from([GERMANY, AMERICA]),
    )
    def test_another_holiday_never_makes_it_due_earlier(
        self, start: datetime, holiday: date, which: Calendar
    ) -> None:
        document = which.to_dict()
        more = Calendar.from_dict({**document, "holidays": [*document["holidays"], holiday.isoformat()]})
        assert due(BusinessDays(5), start, more) >= due(BusinessDays(5), start, which)


class TestRings:
    def test_shares_are_of_the_regions_open_time_and_the_miss_is_the_due_itself(self) -> None:
        end = due(BusinessDays(5), START, GERMANY)
        assert end
        told = {ring.share: ring.at for ring in rings(START, end, GERMANY, (50, 90, 100, 150))}
        # From Tuesday 17:00, the close, forty open hours follow.
        assert told == {
            50: datetime(2026, 3, 6, 12, tzinfo=UTC),
            90: datetime(2026, 3, 10, 12, tzinfo=UTC),
            100: end,
            150: datetime(2026, 3, 13, 12, tzinfo=UTC),
        }

    @given(
        start=st.datetimes(datetime(2026, 1, 2), datetime(2026, 11, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis takes bounds without a zone
        which=st.sampled_from([GERMANY, AMERICA, CHINA]),
    )
    def test_they_come_in_the_order_of_their_shares(self, start: datetime, which: Calendar) -> None:
        end = due(BusinessDays(10), start, which)
        assert end
        found = rings(start, end, which, shipped().warnings)
        assert [ring.share for ring in found] == list(shipped().warnings)
        assert all(start <= ring.at for ring in found)


class TestDocument:
    def test_a_part_keeps_its_fields_and_its_rows_without_empty_ones(self) -> None:
        link = {"why": "Why did it stop?", "because": "The disk was full.", "evidence": "df at 09:12"}
        kept = cleaned("whys", {"links": [link, {"why": " "}]})
        assert kept == {"links": [link]}
        assert cleaned("summary", {}) == empty("summary") == {"text": ""}

    def test_instants_are_kept_in_utc(self) -> None:
        told = {
            "detected": "2026-03-03T10:00:00-06:00",
            "lines": [{"at": "2026-03-03T16:05Z", "text": "Paged"}],
        }
        assert cleaned("timeline", told) == {
            "detected": "2026-03-03T16:00:00Z",
            "lines": [{"text": "Paged", "at": "2026-03-03T16:05:00Z"}],
        }

    @pytest.mark.parametrize(
        ("part", "value", "why"),
        [
            ("summary", [], "summary: an object with text"),
            ("summary", {"body": "x"}, "body: unknown; known are text"),
            ("summary", {"text": 1}, "text: needs text"),
            ("summary", {"text": "x" * 20_001}, "text: at most 20000 letters"),
            ("impact", {"starts": "noon"}, "starts: needs an instant with its zone"),
            ("impact", {"starts": "2026-03-03T16:00:00"}, "starts: needs an instant with its zone"),
            ("timeline", {"lines": [{"text": "Paged"}]}, r"lines\[0\].at: say when that was"),
            ("whys", {"links": [{}] * 11}, "links: a list of at most 10"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_by_its_field(self, part: str, value: object, why: str) -> None:
        with pytest.raises(ValueError, match=why):
            cleaned(part, value)

    def test_a_preliminary_edition_needs_little_and_a_final_one_the_chain_with_its_evidence(self) -> None:
        written = {
            "summary": {"text": "Exports stopped."},
            "impact": cleaned("impact", {"who": "Everyone", "functions": "Export"}),
            "causes": cleaned("causes", {"trigger": "A release", "root": "No test of large files"}),
            "whys": cleaned("whys", {"links": [{"why": "Why?", "because": "So.", "evidence": ""}]}),
        }
        assert [one.en for one in missing({}, Edition.PRELIMINARY, 0)] == [
            "a summary", "who was affected", "the trigger, as far as known",
        ]  # fmt: skip
        assert missing(written, Edition.PRELIMINARY, 0) == []
        assert [one.en for one in missing(written, Edition.FINAL, 0)] == [
            "the evidence of why 1", "a corrective action",
        ]  # fmt: skip

    def test_every_word_of_it_is_looked_through(self) -> None:
        told = {"summary": {"text": "a"}, "whys": {"links": [{"why": "b", "because": "c", "evidence": "d"}]}}
        assert list(texts(told)) == [("summary", "a"), ("whys", "b"), ("whys", "c"), ("whys", "d")]


class TestMoves:
    ALL = ("begin", "submit", "return", "publish", "revise", "track", "close")

    @pytest.mark.parametrize(
        ("state", "allowed"),
        [
            (State.OPEN, {"begin"}),
            (State.DRAFT, {"submit"}),
            (State.REVIEW, {"return", "publish"}),
            (State.PUBLISHED, {"revise", "track", "close"}),
            (State.TRACKED, {"revise", "close"}),
            (State.CLOSED, set()),
        ],
    )
    def test_each_state_has_its_moves(self, state: State, allowed: set[str]) -> None:
        standing = Standing(state, author=1, owner=1, final=True)
        assert set(moves(standing, by=2, manages=True)) == allowed

    def test_whoever_sent_it_to_review_does_not_publish_it_not_even_a_manager(self) -> None:
        standing = Standing(State.REVIEW, author=1)
        assert refusal(Move.PUBLISH, standing, by=2, manages=False) is None
        refused = refusal(Move.PUBLISH, standing, by=1, manages=True)
        assert refused
        assert refused.en == "You sent it to review. Somebody else reads and publishes it."

    def test_a_preliminary_edition_is_not_the_end(self) -> None:
        assert moves(Standing(State.PUBLISHED, author=1, owner=1), by=1, manages=True) == [Move.REVISE]

    def test_it_closes_when_its_actions_are_settled_by_its_owner_or_a_lead(self) -> None:
        standing = Standing(State.TRACKED, author=1, owner=3, final=True)
        assert Move.CLOSE not in moves(replace(standing, unsettled=1), by=3, manages=True)
        assert Move.CLOSE in moves(standing, by=3, manages=False)
        assert Move.CLOSE not in moves(standing, by=4, manages=False)
        assert Move.CLOSE in moves(standing, by=4, manages=True)


class TestNames:
    OTHERS = (
        Name("Elsewhere Ltd", "Elsewhere Ltd"),
        Name("elsewhere.example", "Elsewhere Ltd"),
        Name("Mallory Stone", "Elsewhere Ltd"),
        Name("沐光医疗", "沐光医疗"),
        Name("Bo", "Bo"),
        Name("Halden", "Halden"),
    )

    def found(self, words: str) -> list[Suspect]:
        return suspects([("summary", words)], self.OTHERS, ["Halden Freight"])

    def test_another_customers_name_is_a_suspect_however_it_is_written(self) -> None:
        assert self.found("As with ELSEWHERE ltd before.") == [
            Suspect("summary", "Elsewhere Ltd", "Elsewhere Ltd")
        ]
        assert self.found("mallory stone said, ops@elsewhere.example too") == [
            Suspect("summary", "elsewhere.example", "Elsewhere Ltd"),
            Suspect("summary", "Mallory Stone", "Elsewhere Ltd"),
        ]
        assert self.found("此前沐光医疗也出现过。") == [Suspect("summary", "沐光医疗", "沐光医疗")]

    def test_a_name_within_a_word_or_of_two_letters_or_within_ones_own_is_none(self) -> None:
        assert self.found("Notelsewhere Ltdx, Bo, Halden Freight stopped at Halden.") == []
