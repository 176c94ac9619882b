"""The reader against the real messages beside the project, scored by their own script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sterling.config.commands.mail import mail

SHARED = Path(__file__).parents[4] / "shared" / "mail"
# Percent right on what the sources state as plain fact. What is below 100 has been looked at, case by case.
FLOORS = {
    "subject": 99.0,
    "from_email": 99.0,
    "from_name": 99.0,
    "to": 99.0,
    "to_first": 99.0,
    "date_utc": 99.0,
    "is_bounce": 99.0,
    "is_auto": 99.0,
    "bounced_recipient": 97.0,
    "n_bounced": 97.0,
    "reply_text": 90.0,
    "reply_contains": 99.0,
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    if not SHARED.is_dir():
        pytest.skip(f"no real messages at {SHARED}")
    outcome = CliRunner().invoke(mail, ["read", str(SHARED)])
    assert outcome.exit_code == 0, outcome.output
    path = tmp_path_factory.mktemp("mail") / "results.jsonl"
    path.write_text(outcome.stdout, encoding="utf-8")
    return path


def test_every_real_message_is_read(results):
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    index = [
        json.loads(line)["path"] for line in (SHARED / "index.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {line["path"] for line in lines} == set(index)
    assert [line for line in lines if "error" in line] == []


def test_the_reader_agrees_with_what_the_sources_state(results, tmp_path):
    out = tmp_path / "score.json"
    command = [sys.executable, str(SHARED / "score.py"), str(results), "--conf", "fact", "--json", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    scored = {
        name: 100 * right / total for name, (right, total) in json.loads(out.read_text())["field"].items()
    }
    short = {name: scored.get(name, 0.0) for name, floor in FLOORS.items() if scored.get(name, 0.0) < floor}
    assert short == {}


def test_no_person_among_the_real_messages_is_taken_for_a_bounce(results, tmp_path):
    out = tmp_path / "score.json"
    command = [sys.executable, str(SHARED / "score.py"), str(results), "--json", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    confusion = json.loads(out.read_text())["confusion"]
    assert confusion.get("is_bounce False True", 0) == 0
    assert confusion.get("is_auto False True", 0) == 0


def test_files_of_the_real_messages_are_as_the_sources_like_them_save_for_known_ones(results, tmp_path):
    """No source states files as fact; the rest is taste: an empty part as a file, a report of delivery as none."""
    out = tmp_path / "score.json"
    command = [
        sys.executable,
        str(SHARED / "score.py"),
        str(results),
        "--conf",
        "convention",
        "--json",
        str(out),
    ]
    subprocess.run(command, check=True, capture_output=True)
    scored = json.loads(out.read_text())["field"]
    missed = {name: scored[name][1] - scored[name][0] for name in ("attachment_names", "n_attachments")}
    assert missed["attachment_names"] <= 5
    assert missed["n_attachments"] <= 7
