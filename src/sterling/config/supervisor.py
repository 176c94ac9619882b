"""Keeping a set of processes alive, and ending them all.

The children are forks of a process that has everything loaded, so that one start costs milliseconds instead of
a second; they must therefore be made by a process of one thread with no open connection to the database.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

from setproctitle import setproctitle

from sterling.config.postgres import die_with_parent

LOOK = 0.1  # seconds between looks at the children
LONG_ENOUGH = 10.0  # seconds; a child that lived so long is started again at once
LONGEST_PAUSE = 5.0
STOP_PATIENCE = 10.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Child:
    """One process: `run` with a title for the process list. It dies with us, however we go."""

    name: str
    title: str
    run: Callable[[], object]
    pid: int | None = None
    began: float = 0.0
    pause: float = 0.0
    start_at: float = 0.0

    def start(self) -> None:
        self.began = time.monotonic()
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork() or None
        if self.pid is None:
            self._live(parent)

    def _live(self, parent: int) -> None:
        """The child's whole life. Never returns into the parent's code."""
        code = 1
        try:
            die_with_parent(signal.SIGKILL)()
            if os.getppid() != parent:
                os._exit(1)
            os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which ends the others in good order
            for number in STOPPING:
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            setproctitle(self.title)
            self.run()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
        except KeyboardInterrupt:
            code = 130
        except BaseException:  # noqa: BLE001 - nobody above us but the parent's stack, which is not ours
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def ended(self) -> str | None:
        """How it ended, once; None while it lives."""
        if self.pid is None:
            return None
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
        except ChildProcessError:
            pid, status = self.pid, 0
        if pid == 0:
            return None
        self.pid = None
        code = os.waitstatus_to_exitcode(status)
        return f"by signal {-code}" if code < 0 else f"with exit {code}"

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again when it has died, after a pause that grows while it dies at once."""
        moment = time.monotonic()
        how = self.ended()
        if how:
            lived = moment - self.began
            self.pause = 0.0 if lived >= LONG_ENOUGH else min(LONGEST_PAUSE, max(0.1, self.pause * 2))
            self.start_at = moment + self.pause
            say(
                f"{self.name} ended {how}; starting it again"
                + (f" in {self.pause:.1f} s" if self.pause > 1 else "")
            )
        if self.pid is None and moment >= self.start_at:
            self.start()


@dataclass(slots=True)
class Supervisor:
    """Children, tended until somebody asks to stop. `before_start` makes us fit to fork."""

    children: list[Child]
    say: Callable[[str], None]
    before_start: Callable[[], None] = lambda: None
    stopping: bool = False

    def tend(self) -> None:
        self.before_start()
        for child in self.children:
            child.tend(self.say)

    def wait(self) -> None:
        """Tend the children until SIGINT, SIGTERM or SIGHUP."""
        while not self.stopping:
            self.tend()
            time.sleep(LOOK)

    def see_through(self, errand: Child) -> bool:
        """Run a child that is meant to end, tending the others. False when it failed or we are to stop."""
        self.before_start()
        errand.start()
        how = None
        while how is None and not self.stopping:
            time.sleep(LOOK)
            self.tend()
            how = errand.ended()
        if how is None:
            os.kill(errand.pid or 0, signal.SIGKILL)
            while errand.ended() is None:
                time.sleep(LOOK)
            return False
        if how != "with exit 0":
            self.say(f"{errand.name} ended {how}")
        return how == "with exit 0"

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Start all; on leaving end all: SIGTERM, then SIGKILL for who does not listen."""
        with _calls_on_signal(self._stop):
            try:
                self.before_start()
                for child in self.children:
                    child.start()
                yield
            finally:
                self._end()

    def _stop(self) -> None:
        self.stopping = True

    def _end(self) -> None:
        until = time.monotonic() + STOP_PATIENCE
        self._signal_all(signal.SIGTERM)
        while self._alive() and time.monotonic() < until:
            time.sleep(0.02)
        self._signal_all(signal.SIGKILL)
        while self._alive():
            time.sleep(0.02)

    def _signal_all(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid is not None:
                os.kill(child.pid, number)

    def _alive(self) -> bool:
        for child in self.children:
            child.ended()
        return any(child.pid is not None for child in self.children)


@contextlib.contextmanager
def _calls_on_signal(act: Callable[[], None]) -> Iterator[None]:
    """Do `act` on SIGINT, SIGTERM and SIGHUP instead of dying."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        act()

    before = {number: signal.signal(number, handler) for number in STOPPING}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
