"""`sterling replay` and `sterling explain`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sterling.config.commands.replay import explain, replay
from sterling.core.catalog import shipped

SAMPLES = json.loads((Path(__file__).parent.parent / "conformance" / "timelines.json").read_text())
GOOD = {key: SAMPLES[19][key] for key in ("calendar", "events", "until")}
BAD = GOOD | {
    "events": [GOOD["events"][0], {"at": "2024-09-23T10:30:00-05:00", "type": "priority", "to": "P1"}]
}


@pytest.fixture
def written(tmp_path):
    def write(value, name="timeline.json"):
        path = tmp_path / name
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return str(path)

    return write


def run(command, *arguments, given=None):
    return CliRunner().invoke(command, arguments, input=given)


def test_a_timeline_gives_its_clocks(written):
    done = run(replay, written(GOOD))
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"clocks": SAMPLES[19]["expected"]}


def test_a_list_gives_a_list(written):
    done = run(replay, written(SAMPLES))
    assert json.loads(done.stdout) == [{"clocks": sample["expected"]} for sample in SAMPLES]


def test_a_dash_reads_standard_input():
    done = run(replay, "-", given=json.dumps(GOOD))
    assert json.loads(done.stdout) == {"clocks": SAMPLES[19]["expected"]}
    assert json.loads(run(replay, "-", given="[]").stdout) == []


def test_another_catalog_decides_otherwise(written):
    literal = written(shipped("literal").to_dict(), "literal.json")
    story = GOOD | {"events": [GOOD["events"][0] | {"plan": "gold"}]}
    due = [
        json.loads(run(replay, written(story), *more).stdout)["clocks"][0]["due"]
        for more in ((), ("--catalog", literal))
    ]
    assert due == ["2024-09-20T22:30:00Z", "2024-09-23T14:30:00Z"]


def test_a_data_folder_is_taken_as_by_every_command(written, tmp_path):
    for command in (replay, explain):
        assert run(command, written(GOOD), "--data", str(tmp_path / "none")).exit_code == 0
    assert not (tmp_path / "none").exists()


def test_a_bad_document_is_one_line_and_exit_1(written):
    done = run(replay, written(BAD))
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "events[1].to: 'P1' is none of" in done.stderr


def test_a_bad_document_in_a_list_names_its_index_and_prints_nothing(written):
    for command in (replay, explain):
        done = run(command, written([GOOD, BAD]))
        assert (done.exit_code, done.stdout) == (1, "")
        assert "[1]: events[1].to: " in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"calendar": NaN}', "7"])
def test_what_is_no_timeline_is_refused_in_one_line(written, text):
    done = run(replay, written(text))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_refused(tmp_path):
    path = tmp_path / "noise"
    path.write_bytes(b"\xff\xfe\x00{")
    for file in (str(path), str(tmp_path / "missing.json"), str(tmp_path)):
        done = run(replay, file)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_a_bad_catalog_is_refused_by_its_name(written):
    done = run(replay, written(GOOD), "--catalog", written({"version": 1}, "plans.json"))
    assert done.exit_code == 1
    assert "plans.json: " in done.stderr


def test_explain_as_json_carries_reasons(written):
    clocks = json.loads(run(explain, written(GOOD), "--json").stdout)["clocks"]
    assert clocks[0]["target"] == "PT2H"
    assert [piece["counted"] for piece in clocks[0]["stretches"]] == [1800, 0, 5400]


def test_explain_reads_in_english_and_chinese(written):
    english = run(explain, written(GOOD)).stdout
    assert english.startswith("First reply due Mon 23 Sep 10:30 (Chicago time): 30 min counted Friday")
    chinese = run(explain, written([GOOD, GOOD]), "--language", "zh").stdout
    assert chinese.count("首次回复期限 9 月 23 日周一 10:30（芝加哥时间）") == 2


def test_neither_loads_django():
    program = "import sys; from sterling.config.commands.replay import replay, explain; "
    program += "from sterling.core.clocks import replay; from sterling.core.clocks.telling import tell; "
    program += "sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
