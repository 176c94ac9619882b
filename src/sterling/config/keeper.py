"""Keeps one data folder's server running for as long as anybody uses it.

A process of its own, started by whoever first needs the server (`datafolder.join`). Users hold the file
`users` locked shared; the kernel lets go of a lock however its holder dies, so when this process can have
the file alone nobody is left, and it stops the server. A server that dies is started again.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from sterling.config.postgres import Cluster, ServerError, server_account

POLL = 0.2  # seconds between looks for users and for the server
LOG_LIMIT = 10 * 1024 * 1024
STOP_PATIENCE = 30.0
LONGEST_PAUSE = 5.0  # seconds between starts of a server that keeps dying


def main(arguments: list[str]) -> int:
    """`keeper DATA [--careless]`. Exit 0 when it kept the server or another keeper does."""
    data = Path(arguments[0])
    with (data / "keeper").open("a+") as own:
        try:
            fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        own.truncate(0)
        own.write(str(os.getpid()))
        own.flush()
        cluster = Cluster(data, server_account(data / "postgres"))
        if cluster.log.exists() and cluster.log.stat().st_size > LOG_LIMIT:
            cluster.log.rename(cluster.log.with_suffix(".log.1"))
        with cluster.log.open("ab") as log, (data / "users").open("a+") as users:
            try:
                _keep(cluster, "--careless" in arguments, log, users)
            except ServerError as error:
                (data / "failure").write_text(str(error), encoding="utf-8")
                return 1
    return 0


def _keep(cluster: Cluster, careless: bool, log: IO[bytes], users: IO[str]) -> None:
    asked_to_stop = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    programs_at = cluster.prepare()
    pause = 0.0
    while True:
        cluster.settle()
        began = time.monotonic()
        server = cluster.start(programs_at, careless=careless, log=log)
        while server.poll() is None:
            if asked_to_stop or _alone(users):
                _stop(server)
                return
            time.sleep(POLL)
        if asked_to_stop or _alone(users):
            return
        pause = 0.0 if time.monotonic() - began > LONGEST_PAUSE else min(LONGEST_PAUSE, pause * 2 + 0.1)
        time.sleep(pause)


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: sessions end, everything is written; if that hangs, the next start recovers."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
