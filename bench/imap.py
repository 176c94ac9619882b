"""From a mail's arrival at Dovecot to its row here, while the fetcher idles; and what many mails cost.

Beside it, in the same run, a bare IMAP client that idles: what the server itself needs. Needs Dovecot.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
MAILS, MANY = 20, 200


def main() -> None:
    from tests.channels.email.dovecot import BINARY, dovecot

    if BINARY is None:
        print("Dovecot is not here (Debian: dovecot-imapd)")
        return
    folder = Path(tempfile.mkdtemp(prefix="sterling-bench-"))
    folder.chmod(0o711)
    os.environ.pop("DATABASE_URL", None)
    from sterling.config.joined import database

    with database(folder / "data"), dovecot() as server:
        measure(server)


def bare(server: object) -> list[float]:
    """Seconds from an append to the word of it, for a client that does nothing else."""
    from imapclient import IMAPClient
    from tests.channels.email.mails import mail

    found = []
    with IMAPClient("127.0.0.1", server.port, ssl=False) as client:
        client.login("other", "secret")
        client.select_folder("INBOX")
        for _ in range(MAILS):
            client.idle()
            began = time.perf_counter()
            threading.Thread(target=server.append, args=(mail(),), kwargs={"user": "other"}).start()
            client.idle_check(timeout=30)
            found.append(time.perf_counter() - began)
            client.idle_done()
            client.noop()
    return found


def measure(server: object) -> None:
    from tests.channels.email.mailboxes import imap
    from tests.channels.email.mails import mail

    from sterling.channels.email.mailboxes.fetcher import Fetcher
    from sterling.channels.email.mailboxes.models import FetchedMail, MailboxState
    from sterling.channels.email.models import InboundMail

    baseline = bare(server)
    imap(server.port)
    fetcher = Fetcher()
    fetcher.round()
    try:
        until(lambda: MailboxState.objects.filter(is_idle=True).exists(), fetcher)
        seen = []
        for nth in range(MAILS):
            time.sleep(0.3)
            began = time.perf_counter()
            server.append(mail())
            until(lambda wanted=nth + 1: InboundMail.objects.count() >= wanted, fetcher)
            seen.append(time.perf_counter() - began)
        server.append(*(mail() for _ in range(MANY)))
        began = time.perf_counter()
        before = InboundMail.objects.count()
        until(lambda: FetchedMail.objects.filter(state="settled").count() >= MAILS + MANY, fetcher)
        spent = time.perf_counter() - began
    finally:
        fetcher.end()
    for name, times in (("bare client", baseline), ("stored here", seen)):
        print(
            f"{name:12}  median {statistics.median(times):.3f} s  worst {max(times):.3f} s  of {len(times)}"
        )
    print(f"a heap of {MANY}: the last {MAILS + MANY - before} stored and settled in {spent:.2f} s")


def until(ask: object, fetcher: object) -> None:
    last, looked = time.monotonic() + 120, time.monotonic()
    while not ask():
        assert time.monotonic() < last
        if time.monotonic() - looked > 2:
            fetcher.round()
            looked = time.monotonic()
        time.sleep(0.005)


if __name__ == "__main__":
    main()
