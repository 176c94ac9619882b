"""What memory a large mail takes on its way in: resident memory at most, beyond what a small one takes.

    python bench/big_mail.py

By size and way, each in a process of its own: taken in (SMTP, LMTP, or fetched over IMAP) and stored, then read and
its file stored with the ticket. Beside it, in the same run, what the mail would take held once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
MEGABYTE = 1024 * 1024


def main() -> None:
    os.environ.pop("DATABASE_URL", None)
    folder = Path(tempfile.mkdtemp(prefix="sterling-bench-"))
    folder.chmod(0o711)
    from sterling.config.joined import database

    with database(folder / "data"):
        measure()


def measure() -> None:
    print("way   MB   taking MB   with reading MB   times its size   seconds")
    for way in ("smtp", "lmtp", "imap"):
        for size in (1, 8, 24):
            fresh()
            began = time.perf_counter()
            command = [sys.executable, "-m", "tests.channels.email.big", way, str(size)]
            done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            found = json.loads(done.stdout)
            assert found["file"] == found["expected"]
            taking, whole = found["taking"] / MEGABYTE, found["all"] / MEGABYTE
            spent = time.perf_counter() - began
            print(f"{way}  {size:3d}   {taking:9.1f}   {whole:15.1f}   {whole / size:14.2f}   {spent:7.1f}")


def fresh() -> None:
    """No mail of before, which would be the same one; and a mailbox to fetch from."""
    from tests.channels.email.mailboxes import imap

    from sterling.channels.email.mailboxes.models import FetchedMail, Mailbox
    from sterling.channels.email.models import InboundMail

    FetchedMail.objects.all().delete()
    InboundMail.objects.all().delete()
    if not Mailbox.objects.exists():
        imap()


if __name__ == "__main__":
    main()
