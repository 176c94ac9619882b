"""`sterling mail read`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sterling.config.commands.mail import mail

MAILS = Path(__file__).parents[2] / "mail"


def lines(*arguments: str, stdin: bytes = b"") -> list[dict[str, object]]:
    outcome = CliRunner().invoke(mail, ["read", *arguments], input=stdin)
    assert outcome.exit_code == 0, outcome.output
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def test_a_file_is_printed_as_one_line_under_its_path_as_given():
    path = str(MAILS / "delivery-failed.eml")
    (line,) = lines(path)
    assert line["path"] == path
    assert (line["is_bounce"], line["bounced_recipients"]) == (True, ["bob@customer.example"])
    assert (line["date_utc"], line["to"]) == ("2026-03-05T10:00:00+00:00", ["support@vendor.example"])


def test_a_folder_is_read_through_with_paths_relative_to_it(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.eml").write_bytes(b"From: a@b.example\nSubject: one\n\nx")
    (tmp_path / "b").write_bytes(b"From: a@b.example\nSubject: two\n\nx")
    (tmp_path / "README.md").write_text("no message")
    assert [(line["path"], line["subject"]) for line in lines(str(tmp_path))] == [
        ("b", "two"),
        ("inner/a.eml", "one"),
    ]


def test_standard_input_is_read():
    (line,) = lines("-", stdin=b"From: a@b.example\nSubject: \xc3\xbc\n\nx")
    assert (line["path"], line["subject"], line["from_email"]) == ("-", "ü", "a@b.example")


def test_what_cannot_be_read_is_a_line_with_an_error(tmp_path):
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    assert lines(str(empty)) == [{"path": str(empty), "error": "empty"}]


@pytest.mark.parametrize("path", ["/no/such/file", "nowhere"])
def test_a_path_that_is_not_there_is_wrong_usage(path):
    assert CliRunner().invoke(mail, ["read", path]).exit_code == 2
