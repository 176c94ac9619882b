"""Processes that are kept alive, and that never outlive who keeps them. Each test watches a real family."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Two children that write their number into a file; one of them does not listen to SIGTERM.
FAMILY = """
import os, signal, sys, time
from functools import partial
from pathlib import Path
from sterling.config import supervisor
from sterling.config.supervisor import Child, Supervisor

supervisor.STOP_PATIENCE = 0.5
folder = Path(sys.argv[1])

def live(name, deaf=False, dies=False):
    if deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with (folder / name).open("a") as file:
        file.write(f"{os.getpid()}\\n")
    if dies:
        raise SystemExit(3)
    time.sleep(600)

family = Supervisor(
    [
        Child("good", "family good", partial(live, "good")),
        Child("deaf", "family deaf", partial(live, "deaf", deaf=True)),
        Child("sick", "family sick", partial(live, "sick", dies=True)),
    ],
    lambda line: print(line, flush=True),
)
with family.running():
    print("running", flush=True)
    family.wait()
print("stopped", flush=True)
"""


def eventually(is_so: Callable[[], bool], patience: float = 120.0) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def numbers(file: Path) -> list[int]:
    return [int(line) for line in file.read_text(encoding="utf-8").split()] if file.exists() else []


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def family(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", FAMILY, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "running\n"
        assert eventually(lambda: bool(numbers(tmp_path / "good") and numbers(tmp_path / "deaf")))
        yield process
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def test_a_child_that_is_killed_is_started_again(family: subprocess.Popen[str], tmp_path: Path):
    first = numbers(tmp_path / "good")[0]
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: len(numbers(tmp_path / "good")) == 2)
    assert lives(numbers(tmp_path / "good")[1])
    family.terminate()
    said = family.communicate()[0]
    assert "good ended by signal 9; starting it again\n" in said


def test_a_child_that_dies_at_once_again_and_again_is_started_ever_more_slowly(
    family: subprocess.Popen[str], tmp_path: Path
):
    assert eventually(lambda: len(numbers(tmp_path / "sick")) >= 6)
    family.terminate()
    said = family.communicate()[0].splitlines()
    assert said[0] == "sick ended with exit 3; starting it again"
    assert "sick ended with exit 3; starting it again in 1.6 s" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_ends_them_all_even_the_deaf_one(
    family: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
):
    pids = numbers(tmp_path / "good") + numbers(tmp_path / "deaf")
    family.send_signal(number)
    assert family.communicate()[0].endswith("stopped\n")
    assert family.returncode == 0
    assert [pid for pid in pids if lives(pid)] == []


def test_when_it_is_killed_its_children_die_with_it(family: subprocess.Popen[str], tmp_path: Path):
    pids = numbers(tmp_path / "good") + numbers(tmp_path / "deaf")
    family.kill()
    family.wait()
    assert eventually(lambda: not any(lives(pid) for pid in pids))
