"""The files of messages that are put together here, so that nobody can dispute what is in them.

Each name is stated in each of the ways and breakages that mail has, each content in each transfer encoding, and what
a message may hold besides. Names, their number and each file's bytes must be right in all of them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import quopri
from collections.abc import Callable, Iterator
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from urllib.parse import quote

import pytest

from sterling.channels.email.reading import read

Files = list[tuple[str, bytes]]
Built = tuple[str, bytes, Files]
NAMES = (
    "report.pdf", "two words.txt", 'say "cheese".txt', "semi;colon.txt", "folder/file.log", "100%.csv", "it's.txt",
    "Größe März.pdf", "naïve café.docx", "报价单.xlsx", "导出的报表 2026.zip", "見積書.pdf", "テスト結果.txt",
    "отчёт.pdf", "файл с пробелами.doc", "보고서.hwp", "emoji 🚀.png", "x" * 90 + ".txt", "长" * 60 + ".txt",
)  # fmt: skip
TEXT = b"one line\r\nanother = line\r\n\r\nand the last"
LATIN = "Gr\u00f6\u00dfe = 3\r\ncaf\u00e9".encode("latin-1")
ANY = bytes(range(256)) * 5


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def extended(name: str, charset: str = "utf-8") -> str:
    return f"{charset}''" + quote(name.encode(charset), safe="")


def sections(name: str, size: int, *, backwards: bool = False) -> str:
    """RFC 2231 in pieces that are cut anywhere, within a character too, though not within an octet."""
    octets = [f"%{one:02X}" for one in name.encode()]
    some = ["".join(octets[at : at + size]) for at in range(0, len(octets), size)]
    some[0] = f"utf-8''{some[0]}"
    lines = [f"filename*{nth}*={one}" for nth, one in enumerate(some)]
    return ";\r\n ".join(reversed(lines) if backwards else lines)


def words(name: str, charset: str, letter: str, size: int) -> str:
    """RFC 2047 where it is forbidden, in several words; each of whole characters."""
    made = []
    for at in range(0, len(name), size):
        data = name[at : at + size].encode(charset)
        said = base64.b64encode(data).decode() if letter == "B" else "".join(f"={one:02X}" for one in data)
        made.append(f"=?{charset}?{letter}?{said}?=")
    return "\r\n ".join(made)


def encodable(name: str, charset: str) -> bool:
    try:
        return name.encode(charset).decode(charset) == name
    except UnicodeError:
        return False


def stated(name: str) -> Iterator[tuple[str, bytes]]:
    """The header lines of a part whose file has this name, in each way that is there."""
    kind = "Content-Type: application/octet-stream"
    ways = {
        "RFC 2231": f"{kind}\r\nContent-Disposition: attachment; filename*={extended(name)}",
        "RFC 2231 in pieces": f"{kind}\r\nContent-Disposition: attachment;\r\n {sections(name, 11)}",
        "RFC 2231 backwards": f"{kind}\r\nContent-Disposition: attachment;\r\n {sections(name, 17, backwards=True)}",
        "RFC 2231 in name": f"{kind};\r\n name*={extended(name)}",
        "RFC 2231 beside another": (
            f'{kind}; name="old.bin"\r\nContent-Disposition: attachment; filename="old.bin"; filename*={extended(name)}'
        ),
        "RFC 2047 base64": f'{kind}\r\nContent-Disposition: attachment; filename="{words(name, "utf-8", "B", 99)}"',
        "RFC 2047 words": f'{kind}\r\nContent-Disposition: attachment;\r\n filename="{words(name, "utf-8", "B", 7)}"',
        "RFC 2047 quoted": f'{kind};\r\n name="{words(name, "UTF-8", "Q", 9)}"',
        "RFC 2047 bare": f"{kind}; name={words(name, 'utf-8', 'B', 99)}",
        "disposition absent": f'{kind}; name="{words(name, "utf-8", "B", 20)}"',
        "inline": f"{kind}\r\nContent-Disposition: inline; filename*={extended(name)}",
    }
    for how, lines in ways.items():
        yield how, lines.encode("ascii")
    for charset in (
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "iso-2022-jp",
        "shift_jis",
        "koi8-r",
        "iso-8859-1",
        "euc-kr",
    ):
        if encodable(name, charset) and not name.isascii():
            yield f"RFC 2047 in {charset}", f'{kind}; name="{words(name, charset, "B", 8)}"'.encode()
            yield f"RFC 2231 in {charset}", f"{kind}; name*={extended(name, charset)}".encode()
    said = quoted(name).encode()
    yield "raw UTF-8", kind.encode() + b"\r\nContent-Disposition: attachment; filename=" + said
    yield (
        "wrong case",
        b"CONTENT-TYPE: Application/Octet-Stream\r\ncontent-disposition: ATTACHMENT; FileName=" + said,
    )
    yield "a type that is none", b"Content-Type: pdf\r\nContent-Disposition: attachment; filename=" + said
    yield (
        "folded",
        kind.encode() + b"\r\nContent-Disposition: attachment;\r\n\tfilename=" + said + b";\r\n\tsize=3",
    )
    if name.isascii() and '"' not in name and ";" not in name:
        yield "bare", kind.encode() + b"\r\nContent-Disposition: attachment; filename=" + name.encode()
    for charset, those in (("gbk", "报导"), ("iso-2022-jp", "見テ"), ("iso-8859-1", "Gn")):
        if name[0] in those and not name.isascii() and not set(b'"\\') & set(name.encode(charset)):
            raw = b'"' + name.encode(charset) + b'"'
            yield f"raw {charset}", kind.encode() + b"\r\nContent-Disposition: attachment; filename=" + raw


def contents() -> Iterator[tuple[str, bytes, bytes]]:
    """How the encoding is stated, what stands there, which bytes it means."""
    for data in (b"", b"x", TEXT, LATIN, ANY):
        encoded = base64.encodebytes(data).replace(b"\n", b"\r\n").rstrip()
        yield "base64", encoded, data
        yield "BASE64 ", encoded.replace(b"\r\n", b""), data
        yield "base64", encoded.rstrip(b"="), data
        uu = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
        yield "x-uuencode", b"begin 644 other.bin\n" + uu + b"`\nend", data
    for data in (b"x", TEXT, LATIN):
        lines = quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        yield "quoted-printable", lines, data
        yield "Quoted-Printable", lines.replace(b"\r\n", b"  \r\n"), data
    for encoding in ("7bit", "8bit", "binary", "x-unheard-of", ""):
        yield encoding, TEXT, TEXT
        yield encoding, LATIN, LATIN


def mixed(*parts: bytes, ended: bool = True, kind: str = "mixed") -> bytes:
    head = b"From: a@b.example\r\nSubject: Files\r\nMIME-Version: 1.0\r\n"
    body = b"".join(
        b"--=_b\r\n" + part + b"\r\n" for part in (b"Content-Type: text/plain\r\n\r\nHello\r\n", *parts)
    )
    return (
        head
        + f'Content-Type: multipart/{kind}; boundary="=_b"\r\n\r\n'.encode()
        + body
        + b"--=_b--\r\n" * ended
    )


def part(lines: bytes, content: bytes = b"QUJD", encoding: str = "base64") -> bytes:
    stated_encoding = f"Content-Transfer-Encoding: {encoding}\r\n".encode() if encoding else b""
    return lines + b"\r\n" + stated_encoding + b"\r\n" + content


def by_name() -> Iterator[Built]:
    for name in NAMES:
        for how, lines in stated(name):
            yield f"{how}: {name}", mixed(part(lines)), [(name, b"ABC")]
            yield f"{how}, no end: {name}", mixed(part(lines), ended=False), [(name, b"ABC")]


def by_content() -> Iterator[Built]:
    for nth, (encoding, content, data) in enumerate(contents()):
        lines = b'Content-Type: application/octet-stream; name="a.bin"'
        yield f"content {nth} {encoding}", mixed(part(lines, content, encoding)), [("a.bin", data)]
        twice = mixed(part(lines, content, encoding), part(lines, content, encoding))
        yield f"content {nth} {encoding}, twice", twice, [("a.bin", data), ("a.bin", data)]


def by_library() -> Iterator[Built]:
    for name, how in itertools.product(NAMES, (policy.SMTP, policy.SMTPUTF8, policy.default)):
        message = EmailMessage(policy=how)
        message["From"], message["Subject"] = "a@b.example", "Files"
        message.set_content("Hello")
        message.add_attachment(ANY, maintype="application", subtype="zip", filename=name)
        message.add_attachment("Text\n", filename="text.txt")
        yield (
            f"library: {name}",
            message.as_bytes(),
            [(name, ANY), ("text.txt", b"Text" + how.linesep.encode())],
        )
    for name in NAMES:
        old = MIMEMultipart()
        file = MIMEApplication(ANY)
        file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        old.attach(file)
        other = MIMEApplication(ANY, Name=Header(name, "utf-8").encode())
        old.attach(other)
        yield f"library of old: {name}", old.as_bytes(), [(name, ANY), (name, ANY)]


INNER = b"From: c@d.example\r\nSubject: Inner\r\n\r\nInner text"
IMAGE = b"Content-Type: image/png\r\nContent-ID: <i1>\r\nContent-Disposition: inline"
CALENDAR = b"Content-Type: text/calendar; method=REQUEST"


def by_structure() -> Iterator[Built]:
    message = b"Content-Type: message/rfc822"
    yield "message", mixed(part(message, INNER, "")), [("Inner.eml", INNER)]
    yield "message 7bit", mixed(part(message, INNER, "7bit")), [("Inner.eml", INNER)]
    encoded = base64.encodebytes(INNER)
    yield "message in base64", mixed(part(message, encoded)), [("Inner.eml", INNER)]
    yield "message named", mixed(part(message + b'; name="kept.eml"', INNER, "")), [("kept.eml", INNER)]
    nested = mixed(part(b'Content-Type: application/pdf; name="deep.pdf"')).replace(b"=_b", b"=_in").rstrip()
    yield "message with a file", mixed(part(message, nested, "")), [("Files.eml", nested)]
    yield (
        "message without subject",
        mixed(part(message, b"From: c@d.example\r\n\r\nx", "")),
        [("message.eml", b"From: c@d.example\r\n\r\nx")],
    )
    yield "inline image", mixed(part(IMAGE), kind="related"), [("image.png", b"ABC")]
    yield (
        "inline image named",
        mixed(part(IMAGE + b"; filename=logo.png"), kind="related"),
        [("logo.png", b"ABC")],
    )
    two = mixed(part(IMAGE + b"; filename=logo.png"), part(IMAGE + b"; filename=logo.png"))
    yield "same name twice", two, [("logo.png", b"ABC"), ("logo.png", b"ABC")]
    yield (
        "calendar",
        mixed(part(CALENDAR, b"BEGIN:VCALENDAR", ""), kind="alternative"),
        [("invitation.ics", b"BEGIN:VCALENDAR")],
    )
    yield (
        "calendar named",
        mixed(part(CALENDAR + b"; name=meet.ics", b"BEGIN:VCALENDAR", "")),
        [("meet.ics", b"BEGIN:VCALENDAR")],
    )
    signed = b'Content-Type: application/pkcs7-signature; name="smime.p7s"'
    yield "signed", mixed(part(signed), kind="signed"), [("smime.p7s", b"ABC")]
    head = b"From: a@b.example\r\nSubject: x\r\n"
    sealed = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
    yield "sealed", head + part(sealed), [("smime.p7m", b"ABC")]
    yield "one file alone", head + part(b"Content-Type: application/pdf; name=a.pdf"), [("a.pdf", b"ABC")]
    yield "no name", mixed(part(b"Content-Type: image/jpeg")), [("image.jpg", b"ABC")]
    yield (
        "no name, no type known",
        mixed(part(b"Content-Type: application/octet-stream")),
        [("file.bin", b"ABC")],
    )
    yield (
        "text that is a file",
        mixed(part(b"Content-Disposition: attachment; filename=a.txt", b"x", "")),
        [("a.txt", b"x")],
    )
    uu = b"begin 644 old.txt\r\n" + binascii.b2a_uu(b"Cat").strip() + b"\r\n`\r\nend\r\n"
    yield "uuencode in the text", head + b"\r\nHello\r\n" + uu + b"Bye\r\n", [("old.txt", b"Cat")]
    yield "uuencode twice", head + b"\r\n" + uu + b"\r\n" + uu, [("old.txt", b"Cat"), ("old.txt", b"Cat")]
    yield "text alone", mixed(b"Content-Type: text/plain\r\n\r\nMore"), []
    yield "text and HTML", mixed(b"Content-Type: text/html\r\n\r\n<p>Hello", kind="alternative"), []
    yield (
        "forty files",
        mixed(*[part(f"Content-Type: image/png; name={nth}.png".encode()) for nth in range(40)]),
        [(f"{nth}.png", b"ABC") for nth in range(40)],
    )


def digests(files: Files) -> list[tuple[str, str]]:
    return [(name, hashlib.sha256(data).hexdigest()) for name, data in files]


@pytest.mark.parametrize("build", [by_name, by_content, by_library, by_structure])
def test_every_file_is_found_with_its_name_and_its_bytes(
    build: Callable[[], Iterator[Built]], record_property: Callable[[str, object], None]
) -> None:
    right, wrong = 0, []
    for what, raw, files in build():
        found = [(one.name, bytes(one.data)) for one in read(raw).attachments]
        if digests(found) == digests(files):
            right += 1
        else:
            wrong.append((what, [name for name, _ in found], found == files))
    record_property("right", f"{right} of {right + len(wrong)}")
    print(f"{build.__name__}: {right} of {right + len(wrong)} messages right")  # noqa: T201 - the share
    assert wrong == []
