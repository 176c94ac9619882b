"""message/delivery-status (RFC 3464): who did not get it, and is it for good."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FIELD = re.compile(r"([A-Za-z][\w-]{1,60}):[ \t]*(.*)")
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SMTP = re.compile(r"\b([45])\d\d[ -]")
_ADDRESS = re.compile(r"[^\s<>;,\"]{1,200}@[^\s<>;,\"]{1,255}")
_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Status:
    """What the report's recipient blocks say. `delivered`: none of them failed or waits."""

    recipients: tuple[str, ...]
    status: str
    hard: bool | None
    delivered: bool


def read(text: str) -> Status | None:
    """The blocks of a delivery-status body; None when there is no recipient block in it."""
    blocks = [
        block
        for block in _blocks(text)
        if "final-recipient" in block or "original-recipient" in block or "action" in block
    ]
    if not blocks:
        return None
    failing = [
        block
        for block in blocks
        if block.get("action", "failed").split()[:1] not in (["delivered"], ["relayed"], ["expanded"])
    ]
    if not failing:
        return Status((), "", None, delivered=True)
    recipients = dict.fromkeys(found for block in failing if (found := _recipient(block)))
    status = next((found for block in failing if (found := _status(block))), "")
    return Status(tuple(recipients), status, _hard(failing, status), delivered=False)


def _blocks(text: str) -> list[dict[str, str]]:
    out: list[dict[str, str]] = []
    block: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        if not line.strip():
            if block:
                out.append(block)
            block, last = {}, ""
            if len(out) >= _MAX:
                return out
        elif line[0] in " \t" and last:
            block[last] = (block[last] + " " + line.strip())[:5_000]
        elif match := _FIELD.match(line):
            last = match[1].lower()
            if last == "final-recipient" and last in block:  # blocks run together
                out.append(block)
                block = {}
            block.setdefault(last, match[2].strip())
    if block:
        out.append(block)
    return out


def _recipient(block: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = block.get(name, "")
        address = _bare(value.split(";", 1)[-1])
        if address:
            return address
    return ""


def _bare(value: str) -> str:
    match = _ADDRESS.search(value.strip())
    return match[0].strip("<>\"'()[],;.") if match else ""


def _status(block: dict[str, str]) -> str:
    stated = _ENHANCED.search(block.get("status", ""))
    told = _ENHANCED.search(block.get("diagnostic-code", ""))
    # The diagnostic is the remote server's own word: it says more than the reporter's summary.
    if told and told[1] != "5.0.0":
        return told[1]
    return stated[1] if stated else ""


def _hard(blocks: list[dict[str, str]], status: str) -> bool | None:
    actions = {block.get("action", "").split(" ", 1)[0].lower() for block in blocks}
    if actions == {"delayed"}:
        return False
    if status:
        return status.startswith("5")
    code = next(
        (found for block in blocks if (found := _SMTP.search(block.get("diagnostic-code", "")))), None
    )
    if code:
        return code[1] == "5"
    return True if "failed" in actions else None
