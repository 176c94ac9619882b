"""Dovecot of the tests' own: loopback, a folder of its own, gone afterwards. As root and as anybody else."""

from __future__ import annotations

import contextlib
import getpass
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.product import PATIENCE, free_port, wait_for

BINARY = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
needs_dovecot = pytest.mark.skipif(BINARY is None, reason="Dovecot is not here (Debian: dovecot-imapd)")

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{ssl}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_cache_size = 0
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
mail_fsync = never
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_max_userip_connections = 100
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""
OAUTH2 = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Dovecot:
    folder: Path
    port: int
    introspection: str = "http://127.0.0.1:9/"
    process: subprocess.Popen[bytes] | None = None
    ssl: str = "ssl = no"

    def certified(self) -> Path:
        """Speak TLS from the next start on; the certificate, which nobody but a test trusts."""
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        files = ["-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*made, *subject, *files], check=True, capture_output=True)
        self.ssl = f"ssl = yes\nssl_cert = <{certificate}\nssl_key = <{key}"
        return certificate

    def start(self) -> None:
        assert BINARY
        root = os.geteuid() == 0
        me = getpass.getuser()
        account = pwd.getpwnam("nobody" if root else me)
        group = _group(account.pw_gid)
        for name in ("mail", "state", "run"):
            (self.folder / name).mkdir(exist_ok=True)
            if root:
                os.chown(self.folder / name, account.pw_uid, account.pw_gid)
        names = {
            "internal": "dovecot" if root else me,
            "internal_group": "dovecot" if root else group,
            "login": "dovenull" if root else me,
        }
        (self.folder / "dovecot.conf").write_text(
            CONFIGURATION.format(
                folder=self.folder, port=self.port, ssl=self.ssl, user=account.pw_name, group=group, **names
            )
        )
        (self.folder / "oauth2.conf").write_text(OAUTH2.format(url=self.introspection))
        if not (self.folder / "users").exists():
            self.password("secret")
        command = [BINARY, "-F", "-c", str(self.folder / "dovecot.conf")]
        with (self.folder / "said.log").open("ab") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said)
        wait_for(self.answers, "Dovecot")

    def answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log()
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as client:
            return client.welcome.startswith(b"* OK")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)

    def log(self) -> str:
        return "".join(
            path.read_text()
            for path in (self.folder / "said.log", self.folder / "dovecot.log")
            if path.exists()
        )

    def password(self, password: str) -> None:
        (self.folder / "users").write_text(
            "".join(f"{user}:{{PLAIN}}{password}\n" for user in ("support", "sales", "other"))
        )
        (self.folder / "users").chmod(0o644)

    @contextlib.contextmanager
    def client(self, user: str = "support") -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE) as client:
            client.login(user, "secret")
            yield client

    def append(self, *mails: bytes, user: str = "support", folder: str = "INBOX") -> None:
        with self.client(user) as client:
            for raw in mails:
                assert client.append(folder, None, None, raw)[0] == "OK"

    def flags(self, user: str = "support", folder: str = "INBOX") -> list[bytes]:
        """The flags of each message."""
        with self.client(user) as client:
            if client.select(folder, readonly=True)[1] == [b"0"]:
                return []
            return [bytes(line) for line in client.fetch("1:*", "(FLAGS)")[1]]

    def renumber(self, user: str = "support") -> None:
        """Another UIDVALIDITY, as after a restored backup: every message has a new number."""
        folder = self.folder / "mail" / user
        for name in ("dovecot-uidlist", "dovecot-uidvalidity"):
            (folder / name).unlink(missing_ok=True)
        for path in [*folder.glob("dovecot.index*"), *folder.glob("dovecot-uidvalidity.*")]:
            path.unlink()
        time.sleep(1.1)  # the new one is made of the second


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


@contextlib.contextmanager
def dovecot(introspection: str = "http://127.0.0.1:9/") -> Iterator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="sterling-imap-"))
    folder.chmod(0o755)
    made = Dovecot(folder, free_port(), introspection)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
