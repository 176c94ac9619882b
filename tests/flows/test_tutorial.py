"""The tutorial's own commands, run against the product from nothing to the first kept promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.product import product

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = (ROOT / "docs" / name for name in ("tutorial.md", "tutorial.zh.md"))


def commands(path: Path) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def test_both_languages_give_the_same_commands() -> None:
    assert commands(ENGLISH) == commands(CHINESE)


@pytest.mark.server
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_tutorial_ends_in_a_kept_promise() -> None:
    first, *rest = commands(ENGLISH)
    assert first.splitlines()[-1] == ".venv/bin/sterling up"
    with product() as line:
        script = "set -e\n" + "\n".join(rest)
        for written, here in (
            ("$HOME/sterling-tutorial", str(line.folder)),
            ("127.0.0.1:8000", f"127.0.0.1:{line.port}"),
            ('("127.0.0.1", 2525)', f'("127.0.0.1", {line.smtp_port})'),
            (".venv/bin/python", sys.executable),
            (".venv/bin/sterling", f"{sys.executable} -m sterling"),
            (
                "sleep 5",
                "for i in $(seq 120); do call $API/tickets | grep -q number && break; sleep 1; done",
            ),
        ):
            assert written in script, written
            script = script.replace(written, here)
        done = subprocess.run(
            ["bash", "-c", script],
            env=line.environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r'"metric": ?"first_response"[^}]*"state": ?"met"', done.stdout)
