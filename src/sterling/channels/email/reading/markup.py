"""HTML to plain text, optionally without what mail programs mark as quoted.

One linear pass: the standard library's parser takes minutes on hostile input.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

LIMIT = 2_000_000
_MAX_DEPTH = 500
_REACH = 60
_LONG_TAG = 4_000
_EMOJI = 2
_NAME = re.compile(r"(/?)\s{0,10}([A-Za-z][A-Za-z0-9:-]{0,40})")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w:-]{0,40})\s{0,20}=\s{0,20}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_RAW_END = {
    name: re.compile(rf"</{name}\b[^<>]{{0,100}}>", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xml")
}
_WITH_ATTRIBUTES = {"blockquote", "div", "span", "table", "section", "hr", "img"}
# Whatever is none of these ends the head, said or not.
OF_THE_HEAD = {
    "head",
    "title",
    "meta",
    "link",
    "base",
    "style",
    "script",
    "noscript",
    "template",
    "xml",
    "object",
}
_IMPLIED_END = {"p", "li", "td", "th", "tr", "dt", "dd", "option"}
_HIDDEN = {"head", "style", "script", "title", "template", "noscript", "xml", "select", "object"}
_BLOCK = {
    "address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "pre", "section", "table", "tr",
    "ul", "blockquote", "body",
}  # fmt: skip
_VOID = {
    "br",
    "hr",
    "img",
    "meta",
    "link",
    "input",
    "area",
    "base",
    "col",
    "embed",
    "wbr",
    "source",
    "track",
    "param",
}
_QUOTE_CLASS = re.compile(
    r"gmail_quote|gmail_extra|yahoo_quoted|yahoo-quoted|moz-cite-prefix|protonmail_quote|"
    r"zmail_extra|zmail_quote|"
    r"outlookmessageheader|tutanota_quote|freebirdemailquote|hmquote|wordsection-quote|"
    r"front-blockquote|cite-prefix|"
    r"moz-forward-container|gmail_attr|x_gmail_quote|mail_quote|quoted-text",
    re.IGNORECASE,
)
_QUOTE_ID = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|mail-editor-reference-message-container|appendonsend|"
    r"OLK_SRC_BODY_SECTION|yahoo_quoted|"
    r"isForwardContent|isReplyContent|origbody|replybody|reply-intro|oriMsgHtmlSeperator|"
    r"zmail_quote|reply_quote)",
    re.IGNORECASE,
)
# From here on everything is the older message, whatever follows in the document.
_QUOTE_REST_ID = re.compile(r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|oriMsgHtmlSeperator)", re.IGNORECASE)
_REST_CLASS = re.compile(r"outlookmessageheader", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_GAPS = re.compile(r"\n{3,}")


class _Writer:
    """Collects text; knows what hides, what is cited and where a line must end."""

    __slots__ = ("_quotes", "_stack", "cited", "ended", "hidden", "out", "pre", "tail")
    reads = _WITH_ATTRIBUTES

    def __init__(self, *, quotes: bool) -> None:
        self.out: list[str] = []
        self.tail = "\n\n"  # the last two characters written: nothing yet counts as a gap
        self._quotes = quotes
        self._stack: list[tuple[str, bool, bool]] = []  # tag, it hides, it is a citation
        self.hidden = 0
        self.cited = 0
        self.pre = 0
        self.ended = False

    def write(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.tail = (self.tail + text)[-2:]

    def text(self, data: str) -> None:
        if self.hidden or self.ended or not data:
            return
        if self.pre:
            self.write(data.replace("\n", "\n" + "> " * self.cited))
            return
        text = _BLANKS.sub(" ", data)
        if self.tail[-1] in "\n ":
            text = text.lstrip(" ")
        if text and self.tail[-1] == "\n":
            text = "> " * self.cited + text
        self.write(text)

    def open(self, tag: str, attrs: dict[str, str]) -> None:
        if self.hidden and tag not in OF_THE_HEAD and self._stack and self._stack[-1][0] == "head":
            self.close("head")
        if tag in _VOID:
            self._void(tag, attrs)
            return
        if tag in _IMPLIED_END and self._stack and self._stack[-1][0] == tag:
            self.close(tag)
        quoted = _is_quote(tag, attrs)
        if quoted and not self._quotes and _starts_the_rest(attrs):
            self.ended = True
            return
        hides = tag in _HIDDEN or (quoted and not self._quotes)
        cites = self._quotes and tag == "blockquote" and "cite" in attrs.get("type", "").lower()
        self._break(tag)
        if len(self._stack) < _MAX_DEPTH:
            self._stack.append((tag, hides, cites))
            self.hidden += hides
            self.cited += cites
            self.pre += tag == "pre"
        if self.hidden:
            return
        if tag == "li":
            self.text("- ")
        elif tag in {"td", "th"} and self.tail[-1] not in "\n ":
            self.write(" ")

    def close(self, tag: str) -> None:
        if tag == "br":
            self._void(tag, {})
            return
        # Only as deep as real nesting goes: an end without a beginning is skipped.
        if not any(entry[0] == tag for entry in self._stack[-_REACH:]):
            return
        while self._stack:
            open_tag, hides, cites = self._stack.pop()
            self._break(open_tag)
            self.hidden -= hides
            self.cited -= cites
            self.pre -= open_tag == "pre"
            if open_tag == tag:
                break

    def _void(self, tag: str, attrs: dict[str, str]) -> None:
        if not self._quotes and tag == "hr" and _QUOTE_ID.match(attrs.get("id", "")):
            self.ended = True
        elif self.hidden:
            return
        elif tag == "br":
            self.write("\n")
        elif tag == "hr":
            self._break("div")
            self.write("-" * 20 + "\n")
        elif tag == "img" and 0 < len(attrs.get("alt", "").strip()) <= _EMOJI:
            self.write(attrs["alt"].strip())

    def _break(self, tag: str) -> None:
        if self.hidden:
            return
        if tag == "p" and self.tail != "\n\n":
            self.write("\n" if self.tail[-1] == "\n" else "\n\n")
        elif tag in _BLOCK and self.tail[-1] != "\n":
            self.write("\n")


def _is_quote(tag: str, attrs: dict[str, str]) -> bool:
    name = attrs.get("class", "")
    if tag == "blockquote":
        # Mail programs mark quotes; a person's own indentation has no such mark.
        return bool(
            "cite" in attrs.get("type", "").lower()
            or attrs.get("cite")
            # Gmail's own indentation has the class of its quotations, but no line at the left.
            or (_QUOTE_CLASS.search(name) and "gmail_quote" not in name)
            or "border-left" in attrs.get("style", "").lower()
        )
    if tag in {"div", "span", "table", "section"}:
        return bool((name and _QUOTE_CLASS.search(name)) or _QUOTE_ID.match(attrs.get("id", "")))
    return False


def _starts_the_rest(attrs: dict[str, str]) -> bool:
    return bool(_QUOTE_REST_ID.match(attrs.get("id", "")) or _REST_CLASS.search(attrs.get("class", "")))


def to_text(html: str, *, quotes: bool = True) -> str:
    """The text of `html`, blocks on lines of their own; with `quotes=False` without marked quotations."""
    writer = _Writer(quotes=quotes)
    scan(html[:LIMIT], writer)
    text = "".join(writer.out).replace("\xa0", " ")
    tidy = "\n".join(line.rstrip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", tidy).strip()


class Writer(Protocol):
    """What `scan` feeds. `reads`: the tags whose attributes it wants; `ended`: it wants no more."""

    @property
    def reads(self) -> Collection[str]: ...
    @property
    def ended(self) -> bool: ...
    def text(self, data: str) -> None: ...
    def open(self, tag: str, attrs: dict[str, str]) -> None: ...
    def close(self, tag: str) -> None: ...


def scan(html: str, writer: Writer) -> None:
    """Feed tags and text to `writer` in one pass; time grows with the length alone."""
    position, size = 0, len(html)
    raw_end = ""  # inside script and style: the only tag that counts
    while position < size and not writer.ended:
        start = html.find("<", position)
        if start == -1:
            start = size
        if not raw_end:
            writer.text(unescape(html[position:start]))
        if start == size:
            return
        following = html[start + 1 : start + 2]
        if raw_end:
            match = _RAW_END[raw_end].search(html, start)
            if match is None:
                return
            writer.close(raw_end)
            position, raw_end = match.end(), ""
        elif following and following in "!?":
            position = _after_declaration(html, start)
        elif following == "/" or following.isalpha():
            end = _tag_end(html, start)
            if end == -1:
                writer.text(unescape(html[start:]))
                return
            raw_end = _tag(html[start + 1 : end], writer)
            position = end + 1
        else:
            writer.text("<")
            position = start + 1


def _after_declaration(html: str, start: int) -> int:
    closing = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(closing, start + 2)
    if end == -1:
        end = html.find(">", start)
        return len(html) if end == -1 else end + 1
    return end + len(closing)


def _tag_end(html: str, start: int) -> int:
    """Where the tag's ">" is, not one inside a quoted value; -1 when there is none."""
    end = html.find(">", start)
    for _ in range(3):
        if end == -1 or end - start > _LONG_TAG:
            return end
        inside = html[start:end]
        quote = next((mark for mark in "\"'" if inside.count(mark) % 2), "")
        if not quote:
            return end
        close = html.find(quote, end, end + _LONG_TAG)
        further = -1 if close == -1 else html.find(">", close)
        if further == -1:
            return end
        end = further
    return end


def _tag(inside: str, writer: Writer) -> str:
    """One tag without its brackets. Returns its name where what follows is raw text."""
    match = _NAME.match(inside)
    if match is None:
        return ""
    name = match[2].lower()
    if match[1]:
        writer.close(name)
        return ""
    attrs: dict[str, str] = {}
    if name in writer.reads:
        for found in _ATTRIBUTE.finditer(inside[:_LONG_TAG]):
            value = found[2]
            attrs.setdefault(found[1].lower(), unescape(value[1:-1] if value[0] in "\"'" else value))
    writer.open(name, attrs)
    return name if name in _RAW_END and not inside.endswith("/") else ""
