"""The data folder: which one, and joining the server that runs on it or starting one.

Everybody who uses the server holds the file `users` in the folder locked shared. The last one out stops it;
if nobody is left to do so (kill -9), the keeper notices (`config.keeper`).
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, LiteralString
from urllib.parse import quote

import psycopg
from psycopg import errors

from sterling.config.postgres import ROOT_HOME, Cluster, ServerError, server_account, unreachable_folder

START_PATIENCE = 60.0  # seconds; recovery after a crash may have much to read
LOOK_AGAIN = 0.02
PRIVATE = 0o700
ENTERABLE = 0o711


def default_folder() -> Path:
    """Root: below /var/lib. Others: $XDG_DATA_HOME/sterling, else ~/.local/share/sterling."""
    if os.geteuid() == 0:
        return ROOT_HOME / "data"
    base = os.environ.get("XDG_DATA_HOME")
    return Path(base) / "sterling" if base else Path.home() / ".local" / "share" / "sterling"


def chosen_folder(data: Path | None) -> Path:
    """`--data`, else $STERLING_DATA, else the default; absolute, links resolved."""
    named = data or (Path(value) if (value := os.environ.get("STERLING_DATA")) else None)
    return (named or default_folder()).expanduser().resolve()


def prepared_folder(data: Path | None) -> Cluster:
    """The folder, made when missing, with the account its server runs as. Raises ServerError."""
    folder = chosen_folder(data)
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    account = server_account(folder / "postgres")
    try:
        for path in reversed(missing):
            # Another process may have made it meanwhile, for the same server.
            path.mkdir(mode=ENTERABLE if account.dropped else PRIVATE, exist_ok=True)
            path.chmod(ENTERABLE if account.dropped else PRIVATE)
    except OSError as error:
        raise ServerError(
            f"the data folder {folder} cannot be made ({error.strerror}): choose another with --data"
        ) from error
    closed = unreachable_folder(folder, account)
    if closed is not None:
        raise ServerError(
            f"the database runs as the account {account.name}, which may not enter {closed}: "
            f"choose a folder elsewhere with --data, or: chmod a+x {closed}"
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ServerError(f"the data folder {folder} cannot be written by you: choose another with --data")
    return Cluster(folder, account)


def address(cluster: Cluster, name: str = "sterling") -> str:
    return f"postgresql:///{name}?host={quote(str(cluster.sockets), safe='')}&user=sterling"


@contextmanager
def join(data: Path | None = None, *, careless: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of the folder's server, started if need be; on exit the last user stops it.

    `careless` trades safety against power cuts for speed: tests only. Raises ServerError.
    """
    cluster = prepared_folder(data)
    with _opened(cluster.data / "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a server is being stopped
        with _opened(cluster.data / "starting") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            keeper = _ensure_running(cluster, careless=careless)
        try:
            yield address(cluster)
        finally:
            _leave(cluster, users, keeper)


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise ServerError(
            f"{path} cannot be opened ({error.strerror}): it may belong to another account"
        ) from error


def _ensure_running(cluster: Cluster, *, careless: bool) -> int | None:
    """The keeper's process when it is our child."""
    until = time.monotonic() + START_PATIENCE
    keeper: int | None = None
    reason = "no reason given"
    while time.monotonic() < until:
        try:
            _reach(cluster)
        except psycopg.OperationalError as error:
            reason = str(error).splitlines()[0]
        else:
            return keeper
        if keeper is None and not _kept(cluster):
            (cluster.data / "failure").unlink(missing_ok=True)
            keeper = _start_keeper(cluster, careless=careless)
        if keeper is not None and os.waitpid(keeper, os.WNOHANG)[0] == keeper:
            raise ServerError(_failure(cluster))
        time.sleep(LOOK_AGAIN)
    raise ServerError(f"the database on {cluster.data} does not answer ({reason}): see {cluster.log}")


def _failure(cluster: Cluster) -> str:
    try:
        return (cluster.data / "failure").read_text(encoding="utf-8")
    except OSError:
        return f"the database on {cluster.data} did not start: see {cluster.log}"


def _reach(cluster: Cluster) -> None:
    """Connect once, making the database the first time. OperationalError while the server is not up."""
    try:
        psycopg.connect(address(cluster)).close()
    except psycopg.OperationalError:
        with psycopg.connect(address(cluster, "postgres"), autocommit=True) as server:
            made: LiteralString = "CREATE DATABASE sterling"
            try:
                server.execute(made)
            except errors.DuplicateDatabase:
                raise psycopg.OperationalError("the database sterling refuses connections") from None


def _kept(cluster: Cluster) -> bool:
    with _opened(cluster.data / "keeper") as own:
        try:
            fcntl.flock(own, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _start_keeper(cluster: Cluster, *, careless: bool) -> int:
    """A process in a session of its own: neither Ctrl-C nor our end reaches it."""
    command = [sys.executable, "-m", "sterling.config.keeper", str(cluster.data)]
    log = os.fspath(cluster.log)
    return os.posix_spawn(
        sys.executable,
        [*command, "--careless"] if careless else command,
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _leave(cluster: Cluster, users: IO[str], keeper: int | None) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # others work on; the last of them stops the server
    told = False
    while _kept(cluster):
        if not told:
            told = _tell_to_stop(cluster)
        time.sleep(LOOK_AGAIN)
    if keeper is not None:
        os.waitpid(keeper, 0)


def _tell_to_stop(cluster: Cluster) -> bool:
    try:
        pid = int((cluster.data / "keeper").read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGTERM)
    except (ValueError, ProcessLookupError):
        return False
    return True
