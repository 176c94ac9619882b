"""HTML that a browser could repair at a price is written anew before the cleaner sees it."""

from __future__ import annotations

import re

import pytest

from sterling.channels.email import received
from sterling.channels.email.reading import read
from sterling.channels.email.reading.markup import to_text
from sterling.channels.email.sanitize import clean
from sterling.channels.email.tidying import DEEPEST, MOST_TAGS

OPEN_BOLD = "<p>" + "".join(f"<b title={n}>" for n in range(3_000)) + "</p>" + "<p>x</p>" * 3_000


def test_what_is_left_open_is_not_repeated_in_every_paragraph() -> None:
    """As a browser repairs it this becomes 180 MB."""
    assert len(clean(OPEN_BOLD)) < len(OPEN_BOLD)


@pytest.mark.parametrize(
    "unit",
    ["<div>", "<blockquote>", "<table><tr><td>", "<div title='</div>'>", "<!-- </div> --><div>"],
)
def test_no_nesting_goes_deeper_than_a_hundred_and_the_words_stay(unit: str) -> None:
    found = clean("before" + unit * 10_000 + "inmost")
    assert len(re.findall("<[a-z]", found)) <= DEEPEST * 4 // 3 + 1  # a table gets its body
    assert found.startswith("before")
    assert "inmost" in found


def test_beyond_fifty_thousand_tags_there_are_only_words() -> None:
    found = clean("<b>a</b>" * (MOST_TAGS + 1_000))
    assert found.count("<b>") == MOST_TAGS
    assert found.count("a") == MOST_TAGS + 1_000


def test_a_long_run_of_signs_comes_out_as_it_went_in() -> None:
    assert clean("<pre>" + "& " * 30_000 + "</pre>") == "<pre>" + "&amp; " * 30_000 + "</pre>"


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>"),
        ("<p>one<p>two<div>three</div>", "<p>one</p><p>two</p><div>three</div>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        (
            "<table><tr><td>a<td>b<tr><td>c</table>d",
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>d",
        ),
        ("<table><tr><td>a</b></p></td><td>b</td></tr></table>",
         "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
        ("<b>bold<i>both</b>plain</i>", "<b>bold<i>both</i></b>plain"),
        ("a<br/>b</br>c<hr>", "a<br>b<br>c<hr>"),
        ("1 &lt; 2 &amp; 3 &gt; 2, <b", "1 &lt; 2 &amp; 3 &gt; 2, &lt;b"),
        ("<head><meta charset=x><title>T</title><body>no end of the head", "no end of the head"),
        ("<svg><b>drawn</b></svg>seen<object>x</object>", "seen"),
        ("<a href=\"https://x.example/?a=1&amp;b='2'\">l</a>",
         '<a href="https://x.example/?a=1&amp;b=\'2\'" rel="noopener noreferrer nofollow">l</a>'),
    ],
)  # fmt: skip
def test_people_see_what_a_browser_would_show(written: str, cleaned: str) -> None:
    assert clean(written) == cleaned


def test_a_head_that_does_not_end_hides_no_word() -> None:
    assert to_text("<html><head><meta charset=x><title>T</title><p>It stops.") == "It stops."
    assert to_text("<html><head><style>p{}</style><body>It stops.") == "It stops."


@pytest.mark.usefixtures("installed")
def test_what_no_page_can_show_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(received, "LONGEST", 200)
    monkeypatch.setattr(received, "TEXT_LIMIT", 200)
    head = b"From: a@b.example\r\nSubject: x\r\n"
    long = read(head + b"Content-Type: text/html\r\n\r\n" + b"<p>words</p>\r\n" * 20)
    assert received.content_of(long).html.endswith(f"<p>{received.CUT}</p>")
    found = received.content_of(read(head + b"\r\nHello\r\n\r\n-- \r\n" + b"> a line\r\n" * 30))
    assert (found.text, found.quoted[200:]) == ("Hello", f"\n\n{received.CUT}")
