"""The promise strip: which time is shown, where things lie, what they look like, to the tenth of a px."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from hypothesis import example, given
from hypothesis import strategies as st

from sterling.base.strip import How, Kind, Mark, Piece, Run, Strip, draw
from sterling.base.strip.axis import LEAST_SCALE, axis
from sterling.base.strip.shapes import Label, Line, Rect, Spot
from sterling.core.calendars import Calendar

CHICAGO = ZoneInfo("America/Chicago")
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = Calendar.from_dict({"tz": "America/Chicago", "weekly": WEEK})
WIDTH = 394  # of the enlarged picture in the visual direction
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def nov(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


NOW = nov(16, 9, 38)


def hours(first: datetime, last: datetime, calendar: Calendar = OFFICE):
    return tuple(calendar.explain(first - timedelta(days=14), last + timedelta(days=14)))


def counted(start: datetime, end: datetime, calendar: Calendar = OFFICE) -> tuple[Piece, ...]:
    found = calendar.explain(start, end)
    return tuple(Piece(one.start, one.end, How.COUNTS if one.open else How.CLOSED) for one in found)


def run(metric: str, started: datetime, due: datetime | None, ended=None, state="running", **more) -> Run:
    pieces = more.pop("pieces", counted(started, due) if due else ())
    return Run(metric, started, due, ended, state, pieces, **more)


def around_the_clock(metric: str, started: datetime, due: datetime, ended=None, state="running") -> Run:
    return run(metric, started, due, ended, state, pieces=(Piece(started, due, How.COUNTS),), always=True)


def strip(*runs: Run, marks=(), now: datetime = NOW, calendar: Calendar = OFFICE, **more) -> Strip:
    seen = [one.started for one in runs] + [mark.at for mark in marks]
    ends = [one.due or now for one in runs]
    return Strip(
        tuple(marks),
        runs,
        hours(min(seen), max([*seen, *ends, now]), calendar),
        now,
        more.pop("zone", CHICAGO),
        **more,
    )


def weekend() -> Strip:
    """The example of the visual direction: Standard, urgent, over a weekend."""
    opened, first = nov(12, 10, 5), nov(12, 11, 42)
    paused, resumed = nov(13, 11, 48), nov(13, 16, 30)
    due = nov(16, 14, 30)
    pieces = (Piece(paused, resumed, How.PAUSED), *counted(resumed, due))
    return strip(
        run("first_response", opened, nov(12, 12, 20), first, "met"),
        run("update", opened, nov(12, 16, 5), first, "met"),
        run("update", first, nov(13, 9, 42), nov(13, 9, 42), "missed"),
        run("update", nov(13, 10, 5), nov(13, 16, 5), paused, "met"),
        run("next_response", nov(13, 11, 10), nov(13, 13, 10), paused, "met"),
        run("update", paused, due, pieces=pieces),
        run("next_response", resumed, nov(16, 10, 30)),
        marks=(
            Mark(opened, Kind.CUSTOMER),
            Mark(nov(12, 10, 10), Kind.RAISED),
            Mark(first, Kind.ENGINEER),
            Mark(paused, Kind.STATUS),
            Mark(resumed, Kind.NOTE),
        ),
    )


def day_from(start: datetime, count: int, every: timedelta) -> Strip:
    """A 24x7 ticket whose updates are all missed."""
    dues = [start + (place + 1) * every for place in range(count)]
    missed = [around_the_clock("update", due - every, due, due, "missed") for due in dues]
    return strip(*missed, around_the_clock("update", dues[-1], dues[-1] + every), now=dues[-1] + MINUTE)


def test_open_hours_lie_at_one_scale_and_closed_time_is_folded():
    grounds = draw(weekend(), "en", WIDTH).grounds
    assert grounds == (
        Rect(0.0, 20.0, 116.0, 128.0, "bright"),
        Rect(116.0, 20.0, 14.0, 128.0, "fold", "Closed Thu 17:00 to Fri 09:00"),
        Rect(130.0, 20.0, 116.0, 128.0, "bright"),
        Rect(246.0, 20.0, 26.0, 128.0, "fold", "Closed Fri 17:00 to Mon 09:00"),
        Rect(272.0, 20.0, 116.0, 128.0, "bright"),
    )


def test_each_day_has_its_name_and_each_fold_its_moon():
    drawn = draw(weekend(), "en", WIDTH)
    assert drawn.heads == (
        Label(1.0, 12.0, "Thu 12"),
        Label(134.0, 12.0, "Fri 13"),
        Label(276.0, 12.0, "Mon 16"),
    )
    assert [spot.x for spot in drawn.moons] == [123.0, 259.0]
    assert [line.x for line in drawn.hours][:8] == [14.5, 29.0, 43.5, 58.0, 72.5, 87.0, 101.5, 144.5]
    assert drawn.days == ()


def test_a_mark_nearer_than_nine_px_shifts_right_and_a_status_lies_under_the_line():
    drawn = draw(weekend(), "en", WIDTH)
    assert drawn.marks == (
        Spot(15.7, 37.0, "customer"),
        Spot(24.7, 37.0, "raised"),
        Spot(39.2, 37.0, "engineer"),
        Spot(238.8, 37.0, "note"),
    )
    assert drawn.statuses == (Line(170.6, 44.0, 170.6, 49.0),)


def test_time_elapsed_is_solid_and_time_left_is_outlined():
    reply = [rect for rect in draw(weekend(), "en", WIDTH).bars if rect.y == 72.0]
    assert reply == [
        Rect(15.7, 72.0, 23.4, 9.0, "met"),
        Rect(161.4, 72.0, 9.2, 9.0, "met"),
        Rect(238.8, 72.0, 7.2, 9.0, "run"),
        Rect(272.0, 72.0, 21.8, 9.0, "left"),
        Rect(272.0, 72.0, 9.2, 9.0, "run"),
    ]


def test_a_missed_update_runs_up_to_its_due_and_a_pause_is_hatched():
    update = [rect for rect in draw(weekend(), "en", WIDTH).bars if rect.y == 115.0]
    assert update == [
        Rect(15.7, 115.0, 23.4, 9.0, "met"),
        Rect(39.2, 115.0, 76.8, 9.0, "run"),
        Rect(130.0, 115.0, 10.2, 9.0, "run"),
        Rect(145.7, 115.0, 24.9, 9.0, "met"),
        Rect(170.6, 115.0, 68.2, 9.0, "paused"),
        Rect(238.8, 115.0, 7.2, 9.0, "run"),
        Rect(272.0, 115.0, 79.8, 9.0, "left"),
        Rect(272.0, 115.0, 9.2, 9.0, "run"),
    ]


def test_where_time_does_not_count_the_bar_is_a_thread():
    assert draw(weekend(), "en", WIDTH).threads == (
        Line(246.0, 76.5, 272.0, 76.5, "run"),
        Line(116.0, 119.5, 130.0, 119.5, "run"),
        Line(246.0, 119.5, 272.0, 119.5, "run"),
    )


def test_a_thread_ahead_of_now_is_dashed():
    drawn = draw(strip(run("next_response", nov(13, 16, 30), nov(16, 10, 30)), now=nov(13, 16, 45)), "en")
    assert [line.look for line in drawn.threads] == ["left"]


def test_met_is_a_disc_at_the_end_and_missed_a_diamond_at_the_due():
    assert draw(weekend(), "en", WIDTH).glyphs == (
        Spot(39.2, 76.5, "met", 6.0),
        Spot(170.6, 76.5, "met", 6.0),
        Spot(39.2, 119.5, "met", 6.0),
        Spot(140.2, 119.5, "missed", 7.5),
        Spot(170.6, 119.5, "met", 6.0),
    )


def test_a_met_clock_keeps_its_old_due_as_a_dotted_tail_up_to_the_next_clock():
    assert draw(weekend(), "en", WIDTH).tails == (
        Line(45.2, 76.5, 48.3, 76.5, "dots"),
        Line(48.3, 72.0, 48.3, 81.0, "end"),
        Line(176.6, 76.5, 190.4, 76.5, "dots"),
        Line(190.4, 72.0, 190.4, 81.0, "end"),
    )


def test_dues_stand_upright_with_their_times_above():
    drawn = draw(weekend(), "en", WIDTH)
    assert drawn.dues == (Line(293.8, 69.0, 293.8, 84.0), Line(351.8, 112.0, 351.8, 127.0))
    assert drawn.labels == (Label(292.8, 65.0, "10:30"), Label(350.8, 108.0, "14:30"))


def test_of_two_dues_nearer_than_34_px_the_update_is_labelled_below_its_bar():
    near = strip(run("next_response", nov(16, 9), nov(16, 11)), run("update", nov(16, 9), nov(16, 11, 30)))
    labels = draw(near, "en", WIDTH).labels
    assert [(label.text, label.y) for label in labels] == [("11:00", 65.0), ("11:30", 137.0)]
    apart = strip(run("next_response", nov(16, 9), nov(16, 11)), run("update", nov(16, 9), nov(16, 12)))
    assert [label.y for label in draw(apart, "en", WIDTH).labels] == [65.0, 108.0]


def test_a_label_at_the_end_of_the_strip_is_written_to_the_left():
    (label,) = draw(strip(run("update", nov(16, 9), nov(16, 17))), "en", WIDTH).labels
    assert label == Label(389.0, 108.0, "17:00", "end")


def test_no_moon_lies_under_a_label():
    late = strip(
        run("next_response", nov(12, 10), nov(13, 16, 30), None, "missed", owed=True),
        run("update", nov(12, 10), nov(13, 16, 50)),
    )
    drawn = draw(late, "en", WIDTH)
    assert drawn.labels[1] == Label(242.6, 137.0, "16:50")
    assert [rect.x for rect in drawn.grounds if rect.look == "fold"] == [116.0, 246.0]
    assert [spot.x for spot in drawn.moons] == [123.0]


def test_now_is_a_line_with_its_label_kept_inside():
    now = draw(weekend(), "en", WIDTH).now
    assert (now.x, now.text, now.text_dx, now.zone) == (281.2, "now 09:38", 0.0, "America/Chicago")
    early = draw(strip(run("update", nov(16, 9), nov(16, 15)), now=nov(16, 9)), "zh", WIDTH).now
    assert (early.x, early.text, early.text_dx) == (0.0, "现在 09:00", early.half)


def test_the_browser_gets_the_axis_to_move_the_now_line_along():
    at = [f"{int(nov(day, hour).timestamp())}" for day, hour in ((16, 9), (16, 17))]
    one = draw(strip(run("update", nov(16, 9), nov(16, 15))), "en", WIDTH)
    assert one.now.axis == f"{at[0]}:0.0 {at[1]}:388.0"


def test_the_sentence_lists_every_clock():
    drawn = draw(weekend(), "en", WIDTH)
    assert drawn.description == (
        "Promise strip: first reply met Thu 11:42; update met Thu 11:42; update due Fri 09:42 missed; "
        "update met Fri 11:48; reply met Fri 11:48; update due Mon 14:30; reply due Mon 10:30; now Mon 09:38."
    )
    assert draw(weekend(), "zh", WIDTH).description == (
        "承诺时间轴：首次回复按时，周四 11:42；进展通报按时，周四 11:42；进展通报期限 周五 09:42，超时；"
        "进展通报按时，周五 11:48；回复按时，周五 11:48；进展通报期限 周一 14:30；回复期限 周一 10:30；"
        "现在 周一 09:38。"
    )


def test_a_customer_reads_kept_and_late():
    drawn = draw(replace(weekend(), for_customer=True), "en", WIDTH)
    assert "first reply kept Thu 11:42" in drawn.description
    assert drawn.legend[:3] == (("met", "kept"), ("missed", "late"), ("paused", "paused"))
    assert "missed" not in drawn.description


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (run("update", nov(13, 10), None, state="paused", left=6 * HOUR), "update paused, 6 h left"),
        (run("update", nov(13, 10), nov(13, 16), nov(13, 12), "void"), "update void Fri 12:00"),
        (run("next_response", nov(13, 10), None), "reply without a due"),
        (
            run("next_response", nov(13, 10), nov(13, 12), None, "missed", owed=True),
            "reply due Fri 12:00 missed, still owed",
        ),
        (
            run("next_response", nov(13, 10), nov(13, 12), nov(13, 13), "missed"),
            "reply due Fri 12:00 missed, ended Fri 13:00",
        ),
    ],
)
def test_every_state_has_its_words(one, words):
    assert draw(strip(one), "en").description == f"Promise strip: {words}; now Mon 09:38."


def test_a_miss_that_is_still_owed_is_labelled_without_an_upright():
    owed = run("next_response", nov(13, 14), nov(13, 16), None, "missed", owed=True)
    drawn = draw(strip(owed), "en", WIDTH)
    assert drawn.dues == ()
    assert [(label.text, label.look) for label in drawn.labels] == [("16:00", "owed")]
    assert [spot.look for spot in drawn.glyphs] == ["missed"]


def test_a_status_change_on_low_is_a_glyph_alone():
    at = nov(16, 9, 20)
    drawn = draw(strip(run("update", at, at, at, "met")), "en", WIDTH)
    assert (drawn.bars, drawn.threads, drawn.tails) == ((), (), ())
    assert [(spot.look, spot.size) for spot in drawn.glyphs] == [("met", 6.0)]


def test_clocks_around_the_clock_have_no_folds_and_hairlines_part_the_days():
    drawn = draw(day_from(nov(14, 20), 6, 2 * HOUR), "en", WIDTH)
    assert [rect.look for rect in drawn.grounds] == ["bright"]
    assert drawn.moons == ()
    on = axis(day_from(nov(14, 20), 6, 2 * HOUR), WIDTH)
    assert [line.x for line in drawn.days] == [round(on.x(nov(15)), 1)]
    assert [label.text for label in drawn.heads] == ["Sat 14", "Sun 15"]


def test_closed_time_in_which_a_24x7_clock_runs_is_not_folded():
    mixed = strip(
        run("first_response", nov(12, 14), nov(12, 16), nov(12, 15), "met"),
        around_the_clock("next_response", nov(13, 19), nov(13, 20)),
        now=nov(13, 19, 20),
    )
    looks = [rect.look for rect in draw(mixed, "en", WIDTH).grounds]
    assert looks == ["bright", "fold", "bright", "shade", "bright"]


def test_glyphs_that_crowd_grow_small_and_lose_their_sign():
    wide = draw(day_from(nov(14, 20), 6, 2 * HOUR), "en", WIDTH).glyphs
    assert {(spot.size, spot.signed) for spot in wide} == {(7.5, True)}
    dense = draw(day_from(nov(14, 20), 60, HOUR), "en", WIDTH).glyphs
    assert {spot.signed for spot in dense} == {False}
    assert min(spot.size for spot in dense) == 3.0


def test_a_long_ticket_shows_its_most_recent_days_and_says_so():
    marks = [Mark(nov(2, 10), Kind.CUSTOMER)]
    old = run("first_response", nov(2, 10), nov(2, 12), nov(2, 11), "met")
    recent = run("next_response", nov(13, 16, 30), nov(16, 10, 30))
    drawn = draw(strip(old, recent, marks=marks), "en", WIDTH)
    assert drawn.grounds[0].x == 6.0
    assert drawn.marks == ()
    assert drawn.since == "shown from 9 Nov 09:00"
    assert drawn.description.startswith(
        "Promise strip: shown from 9 Nov 09:00, 1 earlier clock before it; reply due"
    )
    assert draw(strip(old, recent, marks=marks), "zh", WIDTH).since == "11 月 9 日 09:00 起"


def test_a_due_far_ahead_is_named_at_the_edge():
    far = strip(run("update", nov(16, 9), datetime(2026, 12, 18, 23, tzinfo=UTC)))
    drawn = draw(far, "en", WIDTH)
    assert [(label.text, label.anchor) for label in drawn.labels] == [("18 Dec 17:00 →", "end")]
    assert drawn.dues == ()
    assert drawn.now.x == 6.8


def test_a_holiday_is_a_long_fold_that_tells_its_name():
    named = {"2026-11-26": {"en": "Thanksgiving", "zh": "感恩节"}}
    calendar = Calendar.from_dict({"tz": "America/Chicago", "weekly": WEEK, "holidays": named})
    one = strip(run("update", nov(25, 10), nov(27, 10)), now=nov(25, 11), calendar=calendar)
    for language, name in (("en", "Thanksgiving"), ("zh", "感恩节")):
        (fold,) = [rect for rect in draw(one, language, WIDTH).grounds if rect.look == "fold"]
        assert (fold.width, fold.title) == (26.0, name)


def test_a_working_saturday_is_bright_and_parts_the_weekend():
    saturday = {"2026-11-14": [["09:00", "17:00"]]}
    calendar = Calendar.from_dict({"tz": "America/Chicago", "weekly": WEEK, "exceptions": saturday})
    one = strip(run("update", nov(13, 10), nov(16, 10)), calendar=calendar)
    assert [(rect.look, rect.width) for rect in draw(one, "en", WIDTH).grounds] == [
        ("bright", 116.0),
        ("fold", 14.0),
        ("bright", 116.0),
        ("fold", 26.0),
        ("bright", 116.0),
    ]


def test_a_noon_break_stays_at_scale():
    week = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = Calendar.from_dict({"tz": "America/Chicago", "weekly": week})
    one = strip(run("update", nov(16, 9), nov(16, 15)), calendar=calendar)
    assert [(rect.look, rect.width) for rect in draw(one, "en", WIDTH).grounds] == [
        ("bright", 145.5),
        ("shade", 48.5),
        ("bright", 194.0),
    ]


def test_a_region_that_never_opens_is_all_bright():
    never = Calendar.from_dict({"tz": "America/Chicago", "weekly": {}})
    one = strip(run("next_response", nov(16, 9), None), calendar=never)
    assert {rect.look for rect in draw(one, "en").grounds} == {"bright"}


def test_a_ticket_opened_and_answered_at_the_weekend_still_shows_an_open_day():
    at = nov(14, 13)
    one = strip(run("first_response", at, nov(16, 11), at + HOUR, "met"), now=at + 2 * HOUR)
    assert [rect.look for rect in draw(one, "en").grounds] == ["fold", "bright"]


def test_of_a_closed_ticket_now_is_not_shown_once_it_is_past():
    one = run("update", nov(10, 10), nov(10, 16), nov(10, 12), "void")
    drawn = draw(strip(one, live=False), "en", WIDTH)
    assert drawn.now is None
    assert drawn.description == "Promise strip: update void Tue 12:00."
    assert [rect.look for rect in drawn.bars] == ["void"]
    assert drawn.legend == (("void", "no longer due"),)


def test_a_strip_without_hours_is_refused():
    with pytest.raises(ValueError, match="hours: none"):
        draw(replace(weekend(), hours=()), "en")


def test_more_marks_than_fit_stay_inside_and_in_order():
    marks = [Mark(nov(16, 9) + place * MINUTE, Kind.NOTE) for place in range(60)]
    places = [spot.x for spot in draw(strip(marks=marks), "en", WIDTH).marks]
    assert (places[0], places[-1], len(places)) == (8.0, 386.0, 60)
    assert all(a < b for a, b in pairwise(places))


@given(st.lists(st.integers(0, 200_000), min_size=1, max_size=40).map(sorted), st.integers(0, 20_000))
@example(minutes=[4800], length=4321)  # the widths add up to 394.00000000000006
def test_time_never_runs_backwards_on_the_strip(minutes, length):
    start = nov(2, 9)
    marks = [Mark(start + one * MINUTE // 10, Kind.CUSTOMER) for one in minutes]
    now = marks[-1].at + length * MINUTE
    on = axis(strip(marks=marks, now=now), WIDTH)
    places = [on.x(start + one * HOUR) for one in range(0, 1000, 7)]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= WIDTH
    assert on.holds(now)
    assert on.scale >= LEAST_SCALE or not on.is_cut
    last = on.spans[-1]
    assert last.x + last.width == pytest.approx(WIDTH, abs=6.01)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_one_image_with_its_sentence_and_no_inline_style(language):
    template = Template("{% load sterling %}{% strip value %}")
    markup = template.render(Context({"value": weekend(), "language": language}))
    figure = ET.fromstring(markup)  # well formed
    image = figure.find("svg")
    assert image.get("role") == "img"
    assert image.get("aria-label") == draw(weekend(), language).description
    assert "style=" not in markup
    legend = "".join(figure.find("figcaption").itertext()).split()
    assert legend == (
        ["met", "missed", "paused", "customer", "engineer", "note"]
        if language == "en"
        else ["按时", "超时", "暂停", "客户", "工程师", "备注"]
    )
