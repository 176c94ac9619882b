"""The template tags: words in the reader's language, escaped facts, names for assistive technology."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch

from sterling.base.parts import DueView
from sterling.core.catalog import shipped
from sterling.core.text import Text

NOW = datetime(2026, 11, 16, 15, 38, tzinfo=UTC)


def render(source: str, language: str = "en", **facts: Any) -> str:
    request = SimpleNamespace(language=language, zone=UTC)
    return Template("{% load sterling %}" + source).render(Context({"request": request, "now": NOW, **facts}))


def test_a_literal_reads_in_the_readers_language():
    assert render('{% t "Reply" "回复" %}') == "Reply"
    assert render('{% t "Reply" "回复" %}', "zh") == "回复"


def test_facts_in_a_literal_are_escaped_and_its_own_markup_is_not():
    assert render('{% t "<b>{who}</b> wrote" "<b>{who}</b> 来信" who=who %}', who="<i>&") == (
        "<b>&lt;i&gt;&amp;</b> wrote"
    )


def test_a_literal_can_be_kept_under_a_name():
    assert render('{% t "Reply" "回复" as word %}[{{ word }}]', "zh") == "[回复]"


def test_texts_and_dictionaries_read_in_the_readers_language():
    assert render(
        "{% text a %}{{ b|in:'zh' }}{% text c %}", a=Text("<x>", "甲"), b={"en": "b", "zh": "乙"}, c=None
    ) == ("&lt;x&gt;乙")


def test_an_icon_is_silent_unless_it_has_a_name():
    assert 'aria-hidden="true"' in render('{% icon "reply" %}')
    assert 'role="img" aria-label="Search"' in render('{% icon "search" "Search" %}')


def test_a_hallmark_tells_its_plan_by_name():
    gold = shipped().plans["gold"]
    assert 'aria-label="Gold"' in render("{% hallmark plan %}", plan=gold)
    drawn = render("{% hallmark plan 'large' %}", "zh", plan=gold)
    assert 'aria-label="金牌"' in drawn
    assert ">金<" in drawn
    assert "metal-gold hallmark-large" in drawn


def test_a_tally_lights_as_many_strokes_as_the_rank():
    drawn = render("{% tally priority %}", priority=shipped().priorities["high"])
    assert drawn.count('class="lit"') == 3
    assert drawn.count("<path") == 4
    assert 'aria-label="High"' in drawn


def test_a_running_due_ticks_and_a_paused_one_does_not():
    view = DueView("update", NOW + timedelta(minutes=24), share=0.8)
    drawn = render("{% due view %}", view=view)
    assert 'class="due due-soon"' in drawn
    assert f'data-due="{int(view.due.timestamp())}" data-metric="update" data-form="short"' in drawn
    assert ">24 min</time>" in drawn
    assert "75 percent used" in drawn
    assert "data-due" not in render("{% due view %}", view=DueView("update", None, state="paused"))


def test_an_instant_has_its_zone_on_hover():
    drawn = render("{% when at %}", at=NOW - timedelta(minutes=54))
    assert drawn == (
        '<time datetime="2026-11-16T14:44:00+00:00" title="Mon 16 Nov 2026, 14:44, UTC">54 min ago</time>'
    )
    assert render("{% when at %}", at=None) == ""


def test_people_have_names_behind_their_initials():
    assert 'aria-label="Carol Mensah"' in render('{% initials "Carol Mensah" "me" %}')
    assert 'aria-label="未分配"' in render("{% initials %}", "zh")
    assert "&lt;b&gt;" in render("{% initials name %}", name="<b>")


def test_a_status_has_words_for_the_desk_and_for_the_customer():
    assert 'class="status status-open">Open<' in render('{% status "open" %}')
    assert ">We are working on it<" in render('{% status "open" "portal" %}')


def test_an_address_is_djangos_whatever_its_values_and_is_made_anew_for_others():
    source = "{% url 'desk:ticket' number %} {% url 'desk:queue' as all %}{{ all }}"
    assert render(source, number=1042) == "/desk/tickets/1042/ /desk/"
    assert render(source, number=1043) == "/desk/tickets/1043/ /desk/"
    assert render("{% url name 7 %}", name="desk:ticket") == "/desk/tickets/7/"
    with pytest.raises(NoReverseMatch):
        render("{% url 'desk:ticket' %}")


def test_a_date_reads_in_words_and_a_term_by_its_last_day():
    source = "{{ ends|day:request.language }}, {{ ends|last_day:request.language }}"
    assert render(source, ends=date(2027, 1, 1)) == "1 Jan 2027, 31 Dec 2026"
    assert render(source, "zh", ends=date(2027, 1, 1)) == "2027 年 1 月 1 日, 2026 年 12 月 31 日"
    assert render(source, ends=None) == ", "


def test_a_list_has_the_commas_of_its_language_and_escapes_names():
    source = "{{ names|listed:request.language }}"
    assert render(source, names=["Ana", "<b>"]) == "Ana, &lt;b&gt;"
    assert render(source, "zh", names=["孙悦", "林浩"]) == "孙悦、林浩"


def test_each_value_of_a_row_stands_beside_the_head_of_its_column() -> None:
    page = render(
        "{% for head, cell in heads|beside:row %}{{ head }}={{ cell }};{% endfor %}",
        heads=["Due", "State"],
        row=[3, "open"],
    )
    assert page == "Due=3;State=open;"
    with pytest.raises(ValueError, match="zip"):
        render("{% for head, cell in heads|beside:row %}{% endfor %}", heads=["Due"], row=[3, "open"])
