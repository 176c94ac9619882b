"""text/enriched: the words of programs of the nineties, and of a few of today."""

import pytest

from sterling.channels.email.reading import read
from sterling.channels.email.reading.enriched import to_text

PLAIN = b"Content-Type: text/plain\r\n\r\nIt *stops*."
ENRICHED = b"Content-Type: text/enriched\r\n\r\nIt <bold>stops</bold>\r\nat 5 <<= 6."
HTML = b"Content-Type: text/html\r\n\r\n<p>It <b>stops</b>.</p>"
FILE = b"Content-Type: application/pdf; name=a.pdf\r\n\r\nx"


def multipart(kind: str, *parts: bytes) -> bytes:
    body = b"".join(b"--=_b\r\n" + part + b"\r\n" for part in parts)
    head = f'From: a@b.example\r\nContent-Type: multipart/{kind}; boundary="=_b"\r\n\r\n'
    return head.encode() + body + b"--=_b--\r\n"


@pytest.mark.parametrize("parts", [(PLAIN, ENRICHED), (ENRICHED, PLAIN)])
def test_beside_plain_text_it_is_the_same_words_and_no_file(parts: tuple[bytes, ...]) -> None:
    found = read(multipart("alternative", *parts))
    assert (found.text, found.html, found.attachments) == ("It *stops*.", None, ())


def test_beside_html_alone_it_is_no_file_either() -> None:
    found = read(multipart("alternative", ENRICHED, HTML))
    assert (found.text, found.attachments) == ("It stops.", ())
    assert found.html is not None


@pytest.mark.parametrize("kind", ["alternative", "mixed", "related"])
def test_where_nothing_else_says_the_words_it_is_the_text(kind: str) -> None:
    found = read(multipart(kind, ENRICHED, FILE))
    assert (found.text, found.html) == ("It stops at 5 <= 6.", None)
    assert [file.name for file in found.attachments] == ["a.pdf"]


def test_beside_empty_plain_text_it_is_the_text() -> None:
    found = read(multipart("alternative", b"Content-Type: text/plain\r\n\r\n  ", ENRICHED))
    assert (found.text, found.attachments) == ("It stops at 5 <= 6.", ())


def test_before_a_footer_it_is_the_text_and_below_other_words_or_named_it_is_a_file() -> None:
    assert read(multipart("mixed", ENRICHED, PLAIN)).text == "It stops at 5 <= 6.\n\nIt *stops*."
    assert [file.name for file in read(multipart("mixed", PLAIN, ENRICHED)).attachments] == ["text.txt"]
    named = ENRICHED.replace(b"enriched", b"enriched; name=notes.txt", 1)
    assert [file.name for file in read(multipart("mixed", named)).attachments] == ["notes.txt"]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("one\ntwo\n\nthree\n\n\nfour", "one two\nthree\n\nfour"),
        ("<nofill>one\n  two\n\nthree</nofill>\nfour", "one\n  two\n\nthree four"),
        ("<color><param>red</param>red</color> <BOLD>bold</BOLD>", "red bold"),
        ("<<bold>> is <<b>, 1 < 2 and <no command 3", "<bold>> is <b>, 1 < 2 and <no command 3"),
        ("It does.\n<excerpt>Does it\n\nstop?</excerpt>Still.", "It does.\n> Does it\n> stop?\nStill."),
        ("<center>Title</center>text<nl>line<comment>aside</comment> <lt>b>", "Title\ntext\nline <b>"),
        ("</excerpt></nofill>one\ntwo", "one two"),
        ("<param>never ended", "never ended"),
    ],
)
def test_commands_go_and_words_stay(marked: str, text: str) -> None:
    assert to_text(marked) == text


def test_what_it_marks_as_an_excerpt_is_no_part_of_the_reply() -> None:
    raw = (
        b"From: a@b.example\r\nContent-Type: text/enriched\r\n\r\nIt does.\r\n\r\n<excerpt>Does it?</excerpt>"
    )
    assert read(raw).reply_text == "It does."
