"""What is said in Chinese is said one way everywhere, with Chinese marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sterling.core.routing import tier_words

SOURCES = Path(__file__).parents[2] / "src" / "sterling"
WRITTEN = sorted(
    path for ending in ("*.py", "*.html", "*.js", "*.json") for path in SOURCES.rglob(ending)
)  # fmt: skip
PAGES = [
    path
    for room in ("accounts", "base", "desk", "portal")
    for path in (SOURCES / room / "templates").rglob("*.html")
]
# A tier with its number is 一线, 二线, 三线; the word by itself is 级别; 升级阶梯 is the ladder.
OTHER_TIERS = re.compile(r"层级|[本该]层|第 ?(\d|\{[^{}]*\}) ?层|(\d|\}) ?级[支工]")
# Between two facts a page writes `{% t ", " "，" %}`, in a list 、 by `listed`.
LATIN_COMMAS = re.compile(r"[}%]\}, \{[{%]|join:\", \"")


def found(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[str]:
    for path in paths:
        for match in pattern.finditer(path.read_text("utf-8")):
            yield f"{path.relative_to(SOURCES)}: {match[0]}"


def test_a_tier_has_one_name_in_chinese() -> None:
    assert [tier_words(tier).zh for tier in (1, 2, 3)] == ["一线", "二线", "三线"]
    assert [tier_words(tier).en for tier in (1, 2, 3)] == ["Tier 1", "Tier 2", "Tier 3"]
    assert list(found(OTHER_TIERS, WRITTEN)) == []


@pytest.mark.parametrize("said", ["已在最高层级", "由该层工程师接手", "第 3 层", "第 {tier} 层", "3 级支持"])
def test_another_word_for_a_tier_is_found(said: str) -> None:
    assert OTHER_TIERS.search(said)


def test_pages_part_facts_with_the_comma_of_the_language() -> None:
    assert list(found(LATIN_COMMAS, PAGES)) == []
    assert LATIN_COMMAS.search("{{ told.by }}, {% when told.at %}")


# A Chinese mark brings its own width: the space that follows in English is written into the English.
SPACED_MARKS = re.compile(
    r'\{% t "[^"]*" "[^"]*[：，。；、？！]"[^%]*%\}(?:</\w+>)? +(?=\{|<(?:a|b|code|span|time)\b)'
)


def test_no_space_is_typed_after_a_chinese_mark() -> None:
    assert list(found(SPACED_MARKS, PAGES)) == []


def test_a_space_after_a_chinese_mark_is_found() -> None:
    assert SPACED_MARKS.search('{% t "There:" "在该工单：" %} {% text effect %}')
    assert SPACED_MARKS.search('<b>{% t "Sent back:" "退回：" %}</b> {{ note }}')
    assert not SPACED_MARKS.search('{% t "There: " "在该工单：" %}{% text effect %}')


# What leads to a day or a name stands against it: it may begin with a Chinese word, and gets its own room where not.
LEADS_AWAY = re.compile(r'[于自由为在至从]" %\} +\{')


def test_a_chinese_word_stands_against_what_it_leads_to() -> None:
    assert list(found(LEADS_AWAY, PAGES)) == []
    assert LEADS_AWAY.search('{% t "opened" "建于" %} {% when ticket.opened_at %}')
    assert not LEADS_AWAY.search('{% t "opened " "建于" %}{% when ticket.opened_at %}')
