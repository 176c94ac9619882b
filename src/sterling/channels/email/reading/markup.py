"""HTML to plain text with the standard library's parser; optionally without what mail programs mark as quoted."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LIMIT = 2_000_000
_MAX_DEPTH = 500
_HIDDEN = {"head", "style", "script", "title", "template", "noscript", "xml", "select", "object"}
_BLOCK = {
    "address", "article", "aside", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "pre", "section", "table", "tr", "ul", "blockquote", "body",
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
    r"gmail_quote|gmail_extra|yahoo_quoted|yahoo-quoted|moz-cite-prefix|protonmail_quote|zmail_extra|zmail_quote|"
    r"outlookmessageheader|tutanota_quote|freebirdemailquote|hmquote|wordsection-quote|front-blockquote|cite-prefix|"
    r"moz-forward-container|gmail_attr|x_gmail_quote|mail_quote|quoted-text",
    re.IGNORECASE,
)
_QUOTE_ID = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|mail-editor-reference-message-container|appendonsend|OLK_SRC_BODY_SECTION|yahoo_quoted|"
    r"isForwardContent|isReplyContent|origbody|replybody|reply-intro|oriMsgHtmlSeperator|zmail_quote|reply_quote)",
    re.IGNORECASE,
)
# From here on everything is the older message, whatever follows in the document.
_QUOTE_REST_ID = re.compile(r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|oriMsgHtmlSeperator)", re.IGNORECASE)
_REST_CLASS = re.compile(r"outlookmessageheader", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_GAPS = re.compile(r"\n{3,}")


class _Text(HTMLParser):
    def __init__(self, *, quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.quotes = quotes
        self.stack: list[tuple[str, bool, bool]] = []  # tag, it hides, it is a citation
        self.hidden = 0
        self.cited = 0
        self.pre = 0
        self.ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.ended:
            return
        if tag in _VOID:
            self._void(tag, dict(attrs))
            return
        if tag in {"p", "li", "td", "th", "tr", "dt", "dd", "option"}:
            self._implied_end(tag)
        named = dict(attrs)
        quoted = self._is_quote(tag, named)
        if quoted and not self.quotes and self._starts_the_rest(named):
            self.ended = True
            return
        hides = tag in _HIDDEN or (quoted and not self.quotes)
        cites = self.quotes and tag == "blockquote" and "cite" in (named.get("type") or "").lower()
        self._break(tag)
        if len(self.stack) < _MAX_DEPTH:
            self.stack.append((tag, hides, cites))
            self.hidden += hides
            self.cited += cites
            self.pre += tag == "pre"
        if tag == "li" and not self.hidden:
            self.out.append("- ")
        elif tag in {"td", "th"} and not self.hidden and self.out and not self.out[-1].endswith("\n"):
            self.out.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not any(open_tag == tag for open_tag, _, _ in self.stack):
            return
        while self.stack:
            open_tag, hides, cites = self.stack.pop()
            self._break(open_tag)
            self.hidden -= hides
            self.cited -= cites
            self.pre -= open_tag == "pre"
            if open_tag == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.hidden or self.ended:
            return
        if self.pre:
            self.out.append(data.replace("\n", "\n" + "> " * self.cited))
            return
        text = _BLANKS.sub(" ", data)
        if text == " " and (not self.out or self.out[-1].endswith(("\n", " "))):
            return
        if self.out and self.out[-1].endswith("\n"):
            text = "> " * self.cited + text.lstrip(" ")
        if text:
            self.out.append(text)

    def _void(self, tag: str, attrs: dict[str, str | None]) -> None:
        if not self.quotes and tag == "hr" and _QUOTE_ID.match(attrs.get("id") or ""):
            self.ended = True
        elif self.hidden:
            return
        elif tag == "br":
            self.out.append("\n")
        elif tag == "hr":
            self._break("div")
            self.out.append("-" * 20 + "\n")
        elif tag == "img" and (attrs.get("alt") or "").strip() and len(attrs.get("alt") or "") <= 2:  # noqa: PLR2004
            self.out.append(attrs.get("alt") or "")  # an emoji sent as a picture

    def _implied_end(self, tag: str) -> None:
        if self.stack and self.stack[-1][0] == tag:
            self.handle_endtag(tag)

    def _break(self, tag: str) -> None:
        if self.hidden or not self.out:
            return
        tail = "".join(self.out[-3:])
        if tag == "p" and not tail.endswith("\n\n"):
            self.out.append("\n" if tail.endswith("\n") else "\n\n")
        elif tag in _BLOCK and not tail.endswith("\n"):
            self.out.append("\n")

    @staticmethod
    def _is_quote(tag: str, attrs: dict[str, str | None]) -> bool:
        name = attrs.get("class") or ""
        if tag == "blockquote":
            # Mail programs mark quotes; a person's own indentation has no such mark.
            return bool(
                "cite" in (attrs.get("type") or "").lower()
                or attrs.get("cite")
                or _QUOTE_CLASS.search(name)
                or "border-left" in (attrs.get("style") or "").lower()
            )
        if tag in {"div", "span", "table", "section"}:
            if name and "gmail_extra" not in name and _QUOTE_CLASS.search(name):
                return True
            return bool(_QUOTE_ID.match(attrs.get("id") or ""))
        return False

    @staticmethod
    def _starts_the_rest(attrs: dict[str, str | None]) -> bool:
        return bool(
            _QUOTE_REST_ID.match(attrs.get("id") or "") or _REST_CLASS.search(attrs.get("class") or "")
        )


def to_text(html: str, *, quotes: bool = True) -> str:
    """The text of `html`, blocks on lines of their own; with `quotes=False` without marked quotations."""
    # "</" glued to odd tails and unclosed comments make the parser drop text: end them.
    source = _plain_comments(html[:LIMIT])
    parser = _Text(quotes=quotes)
    try:
        parser.feed(source)
        parser.close()
    except (AssertionError, ValueError, IndexError):  # the parser's own slips on malformed declarations
        return re.sub(r"<[^<>]{0,2000}>", " ", source)
    text = "".join(parser.out).replace("\xa0", " ")
    tidy = "\n".join(line.rstrip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", tidy).strip()


def _plain_comments(html: str) -> str:
    """Without comments and conditional sections: the parser is slow and odd on broken ones."""
    out: list[str] = []
    position = 0
    while (start := html.find("<!", position)) != -1:
        out.append(html[position:start])
        closing = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(closing, start + 2)
        if end == -1:
            end = html.find(">", start)
            closing = ">"
            if end == -1:
                return "".join(out)
        position = end + len(closing)
    out.append(html[position:])
    return "".join(out)


def enriched(text: str) -> str:
    """text/enriched and text/richtext without their commands."""
    bare = re.sub(r"<param>[^<]{0,500}</param>", "", text, flags=re.IGNORECASE)
    return re.sub(r"</?[A-Za-z-]{1,40}>", "", bare).replace("<<", "<")
