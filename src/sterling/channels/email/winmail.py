"""winmail.dat: a mail client's own envelope around text and files. What is inside is shown beside the envelope."""

from __future__ import annotations

import logging
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from tnefparse import TNEF

from sterling.channels.email.reading.bodies import file_name
from sterling.channels.email.reading.values import Attachment

if TYPE_CHECKING:
    from sterling.channels.email.reading import Reading

_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NAMES = frozenset({"winmail.dat", "win.dat"})
_FILES = 100  # more in one envelope is an attack, and so are
_PIECES = 2_000  # so many pieces, each of which the library copies the rest for
_HEAD, _PIECE = 6, 11  # bytes before the first piece; bytes of an empty one
# What the library says of bytes that are no such envelope.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    AssertionError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RecursionError,
    struct.error,
    TypeError,
    ValueError,
)

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # it warns of what we show anyway


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`text` is plain, "" where there is none."""

    text: str = ""
    files: tuple[Attachment, ...] = ()


def is_envelope(item: Attachment) -> bool:
    return item.content_type.lower() in _TYPES or item.name.lower() in _NAMES


def opened(reading: Reading) -> Reading:
    """The same with what its envelopes hold: the files beside them, the text where it has no other.

    An envelope that would make the message too large together with its own files is left to the raw mail.
    """
    inside = [unpacked(bytes(item.data)) for item in reading.attachments if is_envelope(item)]
    if not inside:
        return reading
    files = [file for one in inside for file in one.files]
    rest = reading.attachments
    if files and sum(len(one.data) for one in (*rest, *files)) > settings.MESSAGE_LIMIT:
        rest = tuple(item for item in rest if not is_envelope(item))
    text = reading.text
    if not text.strip() and not reading.reply_text.strip():
        text = next((one.text for one in inside if one.text), text)
    return replace(reading, attachments=(*rest, *files), text=text)


def unpacked(data: bytes) -> Unpacked:
    """What an envelope holds; nothing where it is broken. The envelope itself stays an attachment."""
    if _pieces(data) > _PIECES:
        return Unpacked()
    try:
        envelope = TNEF(data, do_checksum=False)
        text = _text(envelope.body)
        found = [(one.long_filename() or "", one.data) for one in envelope.attachments[:_FILES]]
    except _BROKEN:
        return Unpacked()
    files = [
        Attachment(file_name(str(name)), "application/octet-stream", bytes(body), "", inline=False)
        for name, body in found
        if body
    ]
    return Unpacked(text, tuple(files))


def _pieces(data: bytes) -> int:
    """How many pieces the envelope is made of: a byte, two words, a length, that much, a checksum."""
    place, count = _HEAD, 0
    while place + _PIECE < len(data) and count <= _PIECES:
        place += _PIECE + int.from_bytes(data[place + 5 : place + 9], "little")
        count += 1
    return count


def _text(body: object) -> str:
    said = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    return said.replace("\x00", "").replace("\r\n", "\n").strip()
