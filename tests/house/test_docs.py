"""Documents that cannot rot: what they show is run, what there is they name, and their links lead somewhere."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from sterling.base import live
from sterling.base.statuses import CHIPS
from sterling.config.commands import up
from sterling.config.health import GAUGES
from sterling.core.catalog import Catalog, Level, check, shipped
from sterling.core.clocks import replay
from sterling.core.clocks.telling import tell
from sterling.core.clocks.words import METRICS
from sterling.sla.kinds import HEARD, SHOWN, Kind
from tests.house import write_reference
from tests.house.told import told_again
from tests.house.write_reference import PAGES, announced

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
EVERY_DOCUMENT = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")] + sorted(
    DOCS.rglob("*.md")
)
FENCE = re.compile(r"^```(\w*)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
# Where packages come from and where this was built have no place in a document.
STRANGE = re.compile(
    r"[p]ypi\.org|registry\.|files\.[p]ythonhosted|/[w]ork/|/root/|/home/|\.\./shared|/tmp/bash"
)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def fences(path: Path, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text_of(path)) if kind == language]


def first_column(path: Path) -> list[str]:
    """What stands in code marks in the first cell of each table row."""
    rows = [line for line in text_of(path).splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@cache
def help_texts() -> dict[str, str]:
    return dict(write_reference.commands())


PROMISE = DOCS / "the-promise.md"


@pytest.mark.parametrize("story", fences(PROMISE, "promise"), ids=lambda story: story.splitlines()[2])
def test_a_story_of_the_promise_ends_as_the_core_says(story):
    assert told_again(story) == story


def test_the_promise_tells_a_story_for_most_of_its_rules():
    assert len(fences(PROMISE, "promise")) >= 18


def test_a_story_whose_weekday_is_wrong_is_refused():
    with pytest.raises(AssertionError, match="Tue 23 Sep 2024 is a Monday"):
        told_again(
            "2024, America/Chicago, Mon-Fri 09:00-17:00\n\nTue 23 Sep 09:00  opened by customer, gold low\n\n-"
        )


@pytest.mark.parametrize("name", PAGES)
def test_the_written_reference_is_what_the_product_says_of_itself(name):
    assert text_of(REFERENCE / name) == PAGES[name](), "run: python -m tests.house.write_reference"


def test_help_shows_its_examples_as_they_are_written():
    assert [path for path, said in help_texts().items() if "\\b" in said or "\b" in said] == []


@cache
def variables_read() -> set[str]:
    named = re.compile(r"STERLING_[A-Z_]+|DATABASE_URL")
    return {
        node.value
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value)
    }


def test_every_variable_that_is_read_is_documented_and_no_other():
    assert sorted(first_column(REFERENCE / "settings.md")) == sorted(variables_read())


@pytest.mark.parametrize("path", EVERY_DOCUMENT, ids=names(EVERY_DOCUMENT))
def test_a_document_names_only_variables_that_are_read(path):
    known = variables_read() | {"STERLING_FUZZ_SECONDS"}
    assert set(re.findall(r"\bSTERLING_[A-Z_]+", text_of(path))) <= known


def event_rows() -> dict[str, str]:
    """Kind -> the cell of its fields (or what it means, where it has none)."""
    rows = [line for line in text_of(REFERENCE / "events.md").splitlines() if line.startswith("| `")]
    return {row.split("`")[1]: row.split(" | ")[1] for row in rows}


def test_every_kind_of_event_is_documented_and_no_other():
    assert sorted(event_rows()) == sorted(kind.value for kind in Kind)


def test_the_events_that_clocks_hear_stand_apart_from_the_others():
    heard, told = text_of(REFERENCE / "events.md").split("## That are only told")
    assert {kind.value for kind in Kind if f"| `{kind.value}` |" in heard} == {*HEARD, "region"}
    assert {kind.value for kind in Kind if f"| `{kind.value}` |" in told} == {*Kind} - {*HEARD, "region"}


def test_an_events_fields_are_those_of_a_timeline():
    rows = event_rows()
    assert [
        kind for kind, fields in SHOWN.items() if any(f"`{one}`" not in rows[kind] for one in fields)
    ] == []


def test_the_example_timeline_gives_the_clocks_that_are_shown():
    document, expected = (json.loads(body) for body in fences(REFERENCE / "timelines.md", "json"))
    assert {"clocks": replay(document)} == expected


def test_the_example_catalog_is_read_whole_and_sound():
    (written,) = fences(REFERENCE / "catalog.md", "json")
    findings = check(Catalog.from_dict(json.loads(written)))
    assert [finding.path for finding in findings if finding.level is Level.ERROR] == []


def test_the_readmes_explanation_is_what_explain_prints():
    said = tell(json.loads(text_of(REFERENCE / "example.json")), shipped()).en
    assert said.split("\n\n")[0] in fences(ROOT / "README.md", "text")


def test_the_readme_shows_what_make_run_prints(capsys):
    up._announce("http://127.0.0.1:8000", 2525)
    assert capsys.readouterr().out in text_of(ROOT / "README.md")


def test_every_make_target_in_a_document_exists():
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    lines = [
        line
        for path in EVERY_DOCUMENT
        for kind in ("sh", "text")
        for body in fences(path, kind)
        for line in body.splitlines()
    ]
    inline = [code for path in EVERY_DOCUMENT for code in re.findall(r"`([^`\n]+)`", text_of(path))]
    called = {found[1] for line in lines + inline if (found := re.match(r"make ([a-z]+)", line))}
    assert {"run", "test", "install", "check"} <= called <= targets


def calls(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Calls of `sterling` in shell boxes and in code marks: the words up to the first option, the options."""
    boxes = [line for body in fences(path, "sh") for line in body.splitlines()]
    marks = re.findall(r"`([^`\n]+)`", FENCE.sub("", text_of(path)))
    for line in boxes + marks:
        found = re.match(r"(?:\.venv/bin/)?(sterling(?: [a-z]+)+)", line)
        if found:
            yield found[1], re.findall(r"(?<=\s)--[a-z-]+", line)


@pytest.mark.parametrize("path", EVERY_DOCUMENT, ids=names(EVERY_DOCUMENT))
def test_a_document_calls_only_commands_and_options_that_there_are(path):
    known = help_texts()
    later = {f"sterling {name}" for name in announced()}
    for words, options in calls(path):
        if words in later:
            continue
        command = words
        while command not in known:
            command = command.rpartition(" ")[0]
        assert "COMMAND [ARGS]" not in known[command] or words == command != "sterling", f"no {words}"
        offered = re.findall(r"(?<=\s)--[a-z-]+", known[command])
        assert [option for option in options if option not in offered] == [], words


def pages(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Addresses of every page; what stands behind the API's gate is in the API's own reference."""
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from pages(pattern.url_patterns, address)
        elif not hasattr(pattern.callback, "__wrapped__") or not address.startswith("/api/"):
            yield re.sub(r"<\w+:(\w+)>", r"<\1>", address)


def test_every_page_is_documented_and_no_other():
    of_the_api = {"/api/v1/openapi.json", "/api/v1/docs", "/api/v1/problems/<kind>"}
    there = {*pages(get_resolver().url_patterns), live.PATH} - of_the_api
    written = {*first_column(REFERENCE / "pages.md")} - {"/api/v1/"}
    assert (there - written, written - there) == (set(), set()), "docs/reference/pages.md: missing, gone"


def test_every_figure_for_monitoring_is_documented():
    assert [name for name in GAUGES if f"`{name}`" not in text_of(REFERENCE / "pages.md")] == []


def test_the_glossary_uses_the_words_of_the_product():
    glossary = text_of(DOCS / "glossary.md")
    catalog = shipped()
    said = [f"{status} {chip.desk.zh}" for status, chip in CHIPS.items()]
    said += [f"{plan.name.en} {plan.name.zh}" for plan in catalog.plans.values()]
    said += [f"{plan.mark.en} {plan.mark.zh}" for plan in catalog.plans.values()]
    said += [f"{each.name.en} {each.name.zh} ({each.alias})" for each in catalog.priorities.values()]
    said += [f"{metric.en.lower()} {metric.zh}" for metric in METRICS.values()]
    assert [words for words in said if words not in glossary] == []


def links(path: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(path))):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("path", EVERY_DOCUMENT, ids=names(EVERY_DOCUMENT))
def test_links_lead_somewhere(path):
    assert [target for target in links(path) if not (path.parent / target.partition("#")[0]).exists()] == []


def test_every_document_but_the_decisions_is_within_reach_of_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path not in reached and path.suffix == ".md":
            reached.add(path)
            waiting += [(path.parent / target.partition("#")[0]).resolve() for target in links(path)]
    missed = [path for path in EVERY_DOCUMENT if path not in reached and path.parent.name != "decisions"]
    assert names(missed) == []


def test_decisions_have_a_number_each():
    files = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert len(set(numbers)) == len(numbers)
    assert [text_of(path).split(". ")[0] for path in files] == [f"# {number}" for number in numbers]


def test_every_decision_has_its_four_parts():
    parts = ["Context", "Decision", "Consequences", "What would change it"]
    files = sorted((DOCS / "decisions").glob("*.md"))
    assert [
        path.name for path in files if re.findall(r"^## (.+)$", text_of(path), re.MULTILINE) != parts
    ] == []


@pytest.mark.parametrize("path", EVERY_DOCUMENT, ids=names(EVERY_DOCUMENT))
def test_a_document_names_no_place_where_it_was_built(path):
    assert STRANGE.findall(text_of(path)) == []
