"""HTML from outside, made harmless: no scripts, no styles, and nothing fetched from anywhere.

Where an image was is kept as a note (`data-remote`, `data-cid`), so that it can be shown to somebody who asks.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

import nh3

from sterling.channels.email.tidying import tidied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt",
    "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small",
    "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"alt", "src", "data-remote", "data-cid"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# The content of these is not text for people.
DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "head",
    "title",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
}


# Every tag that the cleaner writes looks like this; elsewhere it writes "&lt;".
_IMAGE = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_REMOTE = ("http://", "https://")


def clean(html: str) -> str:
    """Safe HTML. Links open without telling where from; images carry no source at all."""
    tidy = tidied(html.replace("\x00", ""), tags=TAGS, attributes=ATTRIBUTES, dropped=DROPPED_WITH_CONTENT)
    harmless = nh3.clean(
        tidy,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=DROPPED_WITH_CONTENT,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return _images(harmless, _noted)


def _images(html: str, written: Callable[[dict[str, str]], str]) -> str:
    """The same with every image written anew from its attributes."""

    def one(found: re.Match[str]) -> str:
        return written({name: unescape(value) for name, value in _ATTRIBUTE.findall(found[1])})

    return _IMAGE.sub(one, html)


def _noted(image: dict[str, str]) -> str:
    source = image.pop("src", "").strip()
    if source.startswith("cid:"):
        image["data-cid"] = source.removeprefix("cid:")
    elif source:
        image["data-remote"] = source
    return _tag(image)


def _tag(image: Mapping[str, str]) -> str:
    return "<img" + "".join(f' {name}="{escape(value)}"' for name, value in image.items()) + ">"


def remote_images(html: str) -> int:
    """How many images of cleaned HTML would be fetched from elsewhere."""
    found = (dict(_ATTRIBUTE.findall(image)) for image in _IMAGE.findall(html))
    return sum(one.get("data-remote", "").startswith(_REMOTE) for one in found)


def shown(html: str, files: Mapping[str, str], *, remote: bool) -> str:
    """Cleaned HTML with its images: those that came along (`files`: content id -> address), `remote` ones if asked."""

    def one(image: dict[str, str]) -> str:
        alt = image.get("alt", "")
        own = files.get(image.get("data-cid", ""), "")
        elsewhere = image.get("data-remote", "")
        if own:
            return _tag({"src": own, "alt": alt})
        if remote and elsewhere.startswith(_REMOTE):
            return _tag({"src": elsewhere, "alt": alt, "referrerpolicy": "no-referrer", "loading": "lazy"})
        return f'<span class="no-image">{escape(alt)}</span>'

    return _images(html, one)
