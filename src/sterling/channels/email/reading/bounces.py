"""Reports of mail that was not delivered: RFC 3464 first, then what older and odd systems say in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sterling.channels.email.reading import addresses, bounce_words, delivery_status, notifications
from sterling.channels.email.reading.charsets import guess
from sterling.channels.email.reading.headers import split
from sterling.channels.email.reading.parts import lines, walk
from sterling.channels.email.reading.values import Bounce

if TYPE_CHECKING:
    from sterling.channels.email.reading.delivery_status import Status
    from sterling.channels.email.reading.parts import Part
    from sterling.channels.email.reading.values import Mailbox

_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_NO_BOUNCE = {"message/disposition-notification", "message/feedback-report"}
# A person forwards the report that reached them.
_PASSED_ON = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|vs|转发|轉寄)\s*[:：]", re.IGNORECASE)
_RETURNED = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/partial",
    "text/rfc822",
}


def find(part: Part, *, subject: str, sender: Mailbox, return_path: str | None, text: str) -> Bounce | None:
    """The bounce that `part` reports; None for mail of people, receipts, complaints, out-of-office answers."""
    nodes = walk(part)
    report = part.kind.params.get("report-type", "").lower()
    if report in {"disposition-notification", "feedback-report"} or any(
        node.type in _NO_BOUNCE for node in nodes
    ):
        return None
    own = _own(part)
    if report or not _PASSED_ON.match(subject):
        for node in nodes:
            if node.type in _STATUS or (report == "delivery-status" and "status" in node.type):
                status = delivery_status.read(lines(guess(node.words())))
                if status is not None:
                    return _from_status(status, part, nodes, text, own)
    if (noted := notifications.read(text)) is not None:
        return noted
    if not bounce_words.is_bounce(
        part.headers, subject=subject, sender=sender, return_path=return_path, text=text
    ):
        return None
    told = bounce_words.read(text, own=own, failed=part.headers.plain("x-failed-recipients"))
    return Bounce(told.recipients, told.status, told.hard, _returned_id(nodes) or told.message_id)


def _from_status(
    status: Status, part: Part, nodes: list[Part], text: str, own: frozenset[str]
) -> Bounce | None:
    if status.delivered:
        return None
    told = bounce_words.read(text, own=own)
    failed = tuple(email for _, email in addresses.parse(part.headers.raw("x-failed-recipients")))
    return Bounce(
        status.recipients or failed or told.recipients,
        status.status or told.status,
        told.hard if status.hard is None else status.hard,
        _returned_id(nodes) or told.message_id,
    )


def _own(part: Part) -> frozenset[str]:
    """The addresses between which the report itself went."""
    return frozenset(
        email.lower()
        for name in ("to", "delivered-to", "envelope-to", "from")
        for value in part.headers.all(name)
        for _, email in addresses.parse(value)
    )


def _returned_id(nodes: list[Part]) -> str:
    """The Message-ID of the message that came back."""
    node = next((node for node in nodes if node.type in _RETURNED), None)
    if node is None:
        return ""
    headers, _ = split(node.start().lstrip(b"\r\n"))
    return headers.plain("message-id").strip("<> ")[:900]
