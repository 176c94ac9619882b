"""HTML-only replies, in the shapes in which mail programs send them."""

from __future__ import annotations

import pytest

from sterling.channels.email.reading import read
from sterling.channels.email.reading.markup import to_text

MINE = "It works.<br><br>Bob"
HEADER = (
    "<b>From:</b> Carol &lt;carol@vendor.example&gt;<br><b>Sent:</b> Monday, March 2, 2026<br><b>To:</b> Bob<br>"
    "<b>Subject:</b> it</div><p>Does it work?</p>"
)
SHAPES = {
    "gmail": '<br><div class="gmail_quote"><div>On 2 Mar 2026, Carol wrote:</div><blockquote>Old</blockquote></div>',
    "outlook": f'<div style="border:none;border-top:solid #E1E1E1 1.0pt">{HEADER}',
    "outlook on the web": f'<hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{HEADER}',
    "old outlook": f'<div class="OutlookMessageHeader">{HEADER}',
    "thunderbird": '<div class="moz-cite-prefix">On 2/3/26, Carol wrote:</div><blockquote type="cite">Old</blockquote>',
    "apple mail": '<div><br><blockquote type="cite"><div>On 2 Mar 2026, Carol wrote:</div>Old</blockquote></div>',
    "yahoo": '<div class="yahoo_quoted">On Monday, Carol wrote: Old</div>',
    "no marks at all": "<div>On 2 Mar 2026, at 10:15, Carol &lt;carol@vendor.example&gt; wrote:</div><div>Old</div>",
    "netease": '<br>在 2026-03-02，Carol &lt;c@vendor.example&gt; 写道：<blockquote id="isReplyContent">旧</blockquote>',
    "qq": "<div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>Carol</div>",
    "foxmail": "<hr><div><b>发件人：</b>carol@vendor.example</div><div><b>发送时间：</b>2026-03-02 10:15</div><div>旧</div>",
    "yandex": '<p>02.03.2026, 10:15, "Carol" &lt;carol@vendor.example&gt;:</p><blockquote>Old</blockquote>',
}


def reply(html: str, subject: str = "Re: it") -> str:
    head = f"From: bob@customer.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n"
    return read((head + html).encode()).reply_text


@pytest.mark.parametrize("program", SHAPES)
def test_quotations_go_whatever_program_wrote_them(program):
    assert reply(f"<div>{MINE}</div>{SHAPES[program]}") == "It works.\n\nBob"


def test_a_persons_own_indentation_stays():
    assert reply('As agreed:<blockquote class="gmail_quote">We pay.</blockquote>') == "As agreed:\nWe pay."
    assert reply("As agreed:<blockquote>We pay.</blockquote>Bob") == "As agreed:\nWe pay.\nBob"


def test_what_gmail_forwards_stays():
    html = 'Look<div class="gmail_quote">---------- Forwarded message ----------<br>From: Dora<br>It burns.</div>'
    assert reply(html) == "Look\n---------- Forwarded message ----------\nFrom: Dora\nIt burns."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("a &lt; b &amp; c&nbsp;d &#x4e2d;", "a < b & c d 中"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<style>p { }</style><script>if (a < b) { }</script>text", "text"),
        ("<!-- hidden <p> --><![if mso]>shown<![endif]>", "shown"),
        ('<a title="a > b" href=x>link</a>', "link"),
        ("<img alt='😀' src=x> <img alt='a long description' src=y>ok", "😀 ok"),
        ("unfinished <p", "unfinished <p"),
        ("</p></div>ends first", "ends first"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_that_a_reader_sees(html, text):
    assert to_text(html) == text
