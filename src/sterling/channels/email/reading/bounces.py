"""Reports of mail that was not delivered: RFC 3464 first, then what older and odd systems say in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import addresses, bounce_words, delivery_status, notifications
from .parts import embedded, lines, walk
from .charsets import guess
from .headers import split
from .values import Bounce, Mailbox

if TYPE_CHECKING:
    from .parts import Part

_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/partial",
    "text/rfc822",
}


def find(part: Part, *, subject: str, sender: Mailbox, return_path: str | None, text: str) -> Bounce | None:
    """The bounce that `part` reports, or None: for mail of people, receipts, complaints and out-of-office answers."""
    nodes = walk(part)
    report = part.kind.params.get("report-type", "").lower()
    if report in {"disposition-notification", "feedback-report"} or any(
        node.type in {"message/disposition-notification", "message/feedback-report"} for node in nodes
    ):
        return None
    returned = next((_returned_id(node) for node in nodes if node.type in _RETURNED), "")
    own = frozenset(
        email.lower()
        for name in ("to", "delivered-to", "envelope-to", "from")
        for value in part.headers.all(name)
        for _, email in addresses.parse(value)
    )
    for node in nodes:
        if node.type in _STATUS or (report == "delivery-status" and "status" in node.type):
            found = delivery_status.read(lines(guess(node.data())))
            if found is None:
                continue
            if found.delivered:
                return None
            told = bounce_words.read(text, own=own)
            failed = addresses.parse(part.headers.raw("x-failed-recipients"))
            recipients = found.recipients or tuple(email for _, email in failed) or told.recipients
            return Bounce(
                recipients,
                found.status or told.status,
                found.hard if found.hard is not None else told.hard,
                returned or told.message_id,
            )
    if (noted := notifications.read(text)) is not None:
        return noted
    if not bounce_words.is_bounce(
        part.headers, subject=subject, sender=sender, return_path=return_path, text=text
    ):
        return None
    told = bounce_words.read(text, own=own, failed=part.headers.plain("x-failed-recipients"))
    return Bounce(told.recipients, told.status, told.hard, returned or told.message_id)


def _returned_id(node: Part) -> str:
    if node.type in {"message/rfc822", "message/global"}:
        headers = embedded(node).headers
    else:
        headers, _ = split(node.data())
    return headers.plain("message-id").strip("<> ")[:900]
