"""OpenSMTPD of the tests' own. It has one control socket a machine, so one runs at a time, under a lock; as root."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.product import free_port, wait_for

BINARY = shutil.which("smtpd") or ("/usr/sbin/smtpd" if Path("/usr/sbin/smtpd").exists() else None)
SOCKET = Path("/var/run/smtpd.sock")
LOCK = Path(tempfile.gettempdir()) / "sterling-opensmtpd.lock"
needs_opensmtpd = pytest.mark.skipif(
    BINARY is None or os.geteuid() != 0, reason="OpenSMTPD is not here or we are not root (Debian: opensmtpd)"
)


@dataclass
class OpenSmtpd:
    """A relay: what is for `ours` goes to `port_of_ours`, everything else to `port_of_others`."""

    port: int
    process: subprocess.Popen[bytes]

    def answers(self) -> bool:
        assert self.process.poll() is None
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
            return client.noop()[0] == 250

    def mail(self, raw: bytes, sender: str, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(sender, [to], raw)


@contextlib.contextmanager
def opensmtpd(ours: str, port_of_ours: int, port_of_others: int) -> Iterator[OpenSmtpd]:
    assert BINARY
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (
            SOCKET.exists()
            and subprocess.run(["smtpctl", "show", "status"], capture_output=True, check=False).returncode
            == 0
        ):
            pytest.skip("another OpenSMTPD runs on this machine")
        folder = Path(tempfile.mkdtemp(prefix="sterling-smtpd-"))
        port = free_port()
        file = folder / "smtpd.conf"
        file.write_text(
            f"listen on 127.0.0.1 port {port} hostname relay.test\n"
            f'action "ours" relay host smtp://127.0.0.1:{port_of_ours}\n'
            f'action "others" relay host smtp://127.0.0.1:{port_of_others}\n'
            f'match from any for domain "{ours}" action "ours"\n'
            'match from any for any action "others"\n'
        )
        with (folder / "said.log").open("wb") as said:
            process = subprocess.Popen([BINARY, "-d", "-f", str(file)], stdout=said, stderr=said)
        made = OpenSmtpd(port, process)
        try:
            wait_for(made.answers, "OpenSMTPD")
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
            shutil.rmtree(folder)
