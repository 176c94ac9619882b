from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sterling.config.commands.catalog import catalog
from sterling.core.catalog import Catalog, shipped
from tests.core import catalogs


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(catalog, words, input=given)


def refused(*words: str, given: str | None = None) -> list[str]:
    """The lines of a refusal: exit 1, nothing on standard output."""
    result = run(*words, given=given)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr.splitlines()


@pytest.fixture
def written(tmp_path: Path):
    def write(content: Any, name: str = "plans.json") -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("profile", ["default", "literal"])
def test_show_json_prints_the_whole_catalog(profile: str):
    result = run("show", "--json", "--profile", profile)
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == shipped(profile).to_dict()
    assert Catalog.from_dict(json.loads(result.stdout)) == shipped(profile)


@pytest.mark.parametrize("profile", ["default", "literal"])
def test_what_show_prints_check_finds_sound(profile: str):
    printed = run("show", "--json", "--profile", profile).stdout
    result = run("check", "-", given=printed)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "-: sound\n")


def test_show_prints_a_readable_table():
    lines = run("show").stdout.splitlines()
    assert lines[0] == "Catalog version 1"
    assert lines[2].split() == ["St", "Standard", "Ag", "Silver", "Au", "Gold", "Pt", "Platinum"]
    urgent = next(index for index, line in enumerate(lines) if line.startswith("Urgent"))
    rows = [[part for part in line.split("  ") if part] for line in lines[urgent : urgent + 3]]
    assert [[part.strip() for part in row] for row in rows] == [
        ["Urgent", "reply 2 h", "reply 1 h", "reply 1 h", "reply 1 h"],
        ["P1", "update every 6 h", "update every 4 h", "update every 4 h", "update every 2 h"],
        ["local hours", "local hours", "24x7", "24x7"],
    ]
    (price,) = [line for line in lines if line.startswith("USD per 12 months, commercial")]
    assert price.split()[-4:] == ["included", "12,000", "28,000", "60,000"]
    assert not any(line.endswith(" ") for line in lines)


def test_show_speaks_chinese_in_columns_that_align():
    lines = run("show", "--language", "zh").stdout.splitlines()
    assert lines[0] == "目录版本 1"
    (urgent,) = [line for line in lines if line.startswith("紧急")]
    assert urgent.split("响应 ")[1:] == ["2 小时      ", "1 小时      ", "1 小时      ", "1 小时"]


def test_show_refuses_a_profile_that_is_not_shipped():
    assert refused("show", "--profile", "strict") == [
        "Error: there is no profile 'strict' (profiles: default, literal)"
    ]


def test_check_prints_one_line_for_each_finding(written):
    doc = catalogs.document()
    catalogs.target(doc, "gold", "high")["response"] = "PT4H"
    doc["plans"]["silver"]["mark"]["zh"] = ""
    doc["ladder"].pop()
    file = written(doc)
    assert refused("check", file) == [
        (
            "error: plans.gold.targets.high.response: Gold, High: the response target, 4 h, is longer than"
            " Silver's (3 h) and its own Medium (3 h)."
        ),
        "error: plans.silver.mark.zh: the Chinese text is missing.",
        "warning: warnings: nobody hears of the warning at 150 %.",
        f"Error: {file}: 2 errors",
    ]
    assert refused("check", file, "--language", "zh")[1] == "error: plans.silver.mark.zh: 缺少中文文本。"


def test_check_passes_with_warnings_alone(written):
    doc = catalogs.document()
    doc["ladder"].pop()
    result = run("check", file := written(doc))
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "warning: warnings: nobody hears of the warning at 150 %.",
        f"{file}: sound",
    ]


def test_check_refuses_a_document_by_the_path_of_the_field(written):
    doc = catalogs.document()
    catalogs.target(doc, "gold", "urgent")["response"] = "1 h"
    assert refused("check", file := written(doc)) == [
        (
            f"Error: {file}: plans.gold.targets.urgent.response: '1 h' is not a duration:"
            " write hours, minutes and seconds like PT4H or PT1H30M"
        )
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is not JSON: Expecting value (line 1, column 1)"),
        ("{", "is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ("[]", "catalog: must be an object, not []"),
        ('{"plans": {}, "plans": {}}', "the name 'plans' is there twice in one object"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_check_refuses_what_is_no_catalog_in_one_line(written, content: str, why: str):
    assert refused("check", file := written(content)) == [f"Error: {file}: {why}"]


def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path):
    assert refused("check", str(tmp_path / "none.json")) == [
        f"Error: {tmp_path}/none.json: No such file or directory"
    ]
    assert refused("check", str(tmp_path)) == [f"Error: {tmp_path}: Is a directory"]
    (tmp_path / "latin.json").write_bytes(b'{"name": "\xe9"}')
    assert refused("check", str(tmp_path / "latin.json")) == [
        f"Error: {tmp_path}/latin.json: is not UTF-8 text"
    ]


def test_a_byte_order_mark_does_not_matter(written):
    assert run("check", written("\ufeff" + json.dumps(catalogs.document()))).exit_code == 0


def test_diff_prints_one_line_for_each_change(written):
    doc = catalogs.document()
    catalogs.target(doc, "gold", "high").update(response="PT2H", intended="May.")
    catalogs.target(doc, "gold", "low")["update"] = None
    del doc["readings"]["D8"]["zh"]
    result = run("diff", "shipped", written(doc))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        '~ plans.gold.targets.high.response: "PT3H" -> "PT2H"',
        '+ plans.gold.targets.high.intended: "May."',
        '~ plans.gold.targets.low.update: {"rule": "status_change"} -> null',
        f'~ readings.D8.zh: "{shipped().readings["D8"].zh}" -> ""',
    ]


def test_diff_of_the_two_shipped_readings_names_both(written):
    assert run("diff", "shipped", "shipped").stdout == ""
    lines = run("diff", "shipped", "literal").stdout.splitlines()
    assert lines[0] == '~ plans.gold.targets.urgent.hours: "always" -> "local"'
    assert len(lines) == 10
    assert run("diff", "literal", written(shipped("literal").to_dict())).stdout == ""


@pytest.fixture
def loaded(installed: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - versions must be there
    """The command on the tests' own database instead of one that it joins."""
    monkeypatch.setattr("sterling.config.joined.database", lambda _data: nullcontext("postgresql:///tests"))


def version_numbers() -> list[int]:
    from sterling.plans.models import CatalogVersion

    return list(CatalogVersion.objects.order_by("number").values_list("number", flat=True))


@pytest.mark.usefixtures("loaded")
def test_load_puts_a_catalog_in_force_under_the_next_number(written):
    from sterling.base.moment import now
    from sterling.plans import queries

    doc = catalogs.document()
    catalogs.target(doc, "standard", "low")["response"] = "PT20H"
    first = version_numbers()[-1]
    result = run("load", written(doc))
    assert (result.exit_code, result.stdout) == (0, f"{first + 1}\n")
    in_force = queries.catalog_of(queries.version_in_force(now()))
    assert (in_force.version, in_force.to_dict()) == (first + 1, doc | {"version": first + 1})
    assert run("diff", str(first), str(first + 1)).stdout.splitlines() == [
        '~ plans.standard.targets.low.response: "PT24H" -> "PT20H"'
    ]
    shown = run("show", "--json", "--version", str(first + 1)).stdout
    assert json.loads(shown) == doc | {"version": first + 1}


@pytest.mark.usefixtures("loaded")
def test_loading_the_same_catalog_again_is_the_version_it_was(written):
    before = version_numbers()
    result = run("load", written(catalogs.document()))
    assert (result.exit_code, result.stdout) == (0, f"{before[-1]}\n")
    assert version_numbers() == before


@pytest.mark.usefixtures("loaded")
def test_load_refuses_a_catalog_with_an_error_and_changes_nothing(written):
    before = version_numbers()
    doc = catalogs.document()
    doc["plans"]["silver"]["entitlements"]["premium_contacts"] = 1
    file = written(doc)
    assert refused("load", file) == [
        "error: plans.silver.entitlements.premium_contacts: Silver must grant at least 2 premium contacts.",
        f"Error: {file}: 1 error",
    ]
    assert version_numbers() == before


@pytest.mark.usefixtures("loaded")
def test_a_version_that_is_not_there_is_refused_in_one_line():
    assert refused("diff", "shipped", "999") == ["Error: there is no version 999 of the catalog"]
    assert refused("show", "--version", "99999999999") == [
        "Error: there is no version 99999999999 of the catalog"
    ]


def test_the_command_runs_without_the_framework_and_exits_as_promised():
    """Through the real entry point: exit 1 with one line, no traceback, and no Django on the way."""
    program = (
        "import sys\n"
        "from sterling.config.cli import main\n"
        "sys.argv = ['sterling', 'catalog', 'check', '-']\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    assert 'django' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input="{}", capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sterling: -: priorities: is missing\n"
