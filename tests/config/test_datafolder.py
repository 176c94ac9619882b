"""The bundled server through its life: joined, shared, killed, left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from sterling.config import datafolder
from sterling.config.datafolder import chosen_folder, default_folder, join
from sterling.config.postgres import ServerError

JOINER = """
import sys, time
from pathlib import Path
from sterling.config.datafolder import join
with join(Path(sys.argv[1]), careless=True):
    print("in", flush=True)
    sys.stdin.readline()
"""


def scalar(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def eventually(is_so: Callable[[], bool], patience: float = 120.0) -> bool:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def server_pid(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


@pytest.fixture
def joiner(server_folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server in `server_folder / data` until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", JOINER, str(server_folder / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    with process:
        yield process
        if process.poll() is None:
            process.communicate("\n")


def test_a_fresh_folder_gets_a_server_that_is_gone_when_its_only_user_leaves(server_folder: Path):
    with join(server_folder / "data", careless=True) as url:
        assert scalar(url, "SELECT current_database()") == "sterling"
        assert scalar(url, "SHOW data_checksums") == "on"
        assert scalar(url, "SHOW listen_addresses") == ""
        # What searching Chinese stands on.
        with psycopg.connect(url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
            trigrams = connection.execute("SELECT cardinality(show_trgm('服务'))").fetchone()
        assert trigrams == (3,)
        pid = server_pid(server_folder / "data")
    assert not answers(url)
    assert gone(pid)


def test_what_was_written_is_there_at_the_next_start(server_folder: Path):
    with join(server_folder / "data", careless=True) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
    with join(server_folder / "data", careless=True) as url:
        assert scalar(url, "SELECT value FROM kept") == 42


def test_who_comes_second_joins_and_the_server_outlives_who_started_it(
    server_folder: Path, joiner: subprocess.Popen[str]
):
    first = server_pid(server_folder / "data")
    with join(server_folder / "data", careless=True) as url:
        assert server_pid(server_folder / "data") == first
        joiner.communicate("\n")
        assert joiner.returncode == 0
        assert scalar(url, "SELECT 1") == 1
        assert server_pid(server_folder / "data") == first
    assert not answers(url)


def test_two_folders_have_two_servers_at_once(server_folder: Path):
    with (
        join(server_folder / "one", careless=True) as one,
        join(server_folder / "two", careless=True) as two,
    ):
        assert one != two
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE here (id int)")
        assert scalar(two, "SELECT to_regclass('here')") is None


def test_a_server_killed_under_its_users_comes_back_with_every_committed_row(server_folder: Path):
    with join(server_folder / "data") as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS value")
        before = server_pid(server_folder / "data")
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda: answers(url) and server_pid(server_folder / "data") != before)
        assert scalar(url, "SELECT value FROM kept") == 42


def test_when_keeper_and_server_are_killed_the_next_user_starts_both_anew(server_folder: Path):
    data = server_folder / "data"
    with join(data, careless=True) as url:
        os.kill(int((data / "keeper").read_text(encoding="utf-8")), signal.SIGKILL)
        os.kill(server_pid(data), signal.SIGKILL)
        with join(data, careless=True) as again:
            assert again == url
            assert scalar(again, "SELECT 1") == 1


def test_a_stale_pid_file_with_a_strangers_number_is_no_hindrance(server_folder: Path):
    data = server_folder / "data"
    with join(data, careless=True):
        note = (data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    note[0] = str(os.getpid())
    (data / "postgres" / "postmaster.pid").write_text("\n".join(note) + "\n", encoding="utf-8")
    with join(data, careless=True) as url:
        assert scalar(url, "SELECT 1") == 1


def test_a_server_whose_only_user_was_killed_stops_by_itself(
    server_folder: Path, joiner: subprocess.Popen[str]
):
    data = server_folder / "data"
    pid = server_pid(data)
    joiner.kill()
    joiner.wait()
    assert eventually(lambda: not (data / "postgres" / "postmaster.pid").exists() and gone(pid))


def test_a_half_made_cluster_is_made_again(server_folder: Path):
    (server_folder / "data" / "postgres.part").mkdir(parents=True)
    (server_folder / "data" / "postgres.part" / "PG_VERSION").write_text("18\n", encoding="utf-8")
    with join(server_folder / "data", careless=True) as url:
        assert scalar(url, "SELECT 1") == 1


def test_a_server_that_cannot_be_made_says_so_in_one_line(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    data = server_folder / "data"
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("9\n", encoding="utf-8")
    monkeypatch.setattr(datafolder, "START_PATIENCE", 3.0)
    with pytest.raises(ServerError, match=r"postgres\.log"), join(data, careless=True):
        pass


def test_root_refuses_a_folder_that_the_servers_account_may_not_enter(server_folder: Path):
    if os.geteuid() != 0:
        pytest.skip("only root's server runs as somebody else")
    closed = server_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ServerError, match=f"may not enter {closed}: .*--data"), join(closed / "data"):
        pass
    assert not (closed / "data" / "postgres").exists()


def test_data_names_the_folder_before_the_environment_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("STERLING_DATA", str(tmp_path / "environment"))
    assert chosen_folder(tmp_path / "option") == tmp_path / "option"
    assert chosen_folder(None) == tmp_path / "environment"


def test_the_default_folder_is_roots_or_the_users_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_folder() == Path("/var/lib/sterling/data")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/ana")
    assert default_folder() == Path("/srv/ana/sterling")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ana")
    assert default_folder() == Path("/home/ana/.local/share/sterling")


def test_a_folder_that_another_process_makes_meanwhile_is_shared(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = server_folder / "new" / "data"
    real = datafolder.server_account

    def slow(at: Path) -> object:
        folder.mkdir(parents=True)
        return real(at)

    monkeypatch.setattr(datafolder, "server_account", slow)
    assert datafolder.prepared_folder(folder).data == folder
