"""What an engineer types, as safe HTML: paragraphs, links, bold, lists, quotes and code, in Markdown's plain subset.

Everything else stays as typed: a log line that begins with # is no heading, and no HTML comes through.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

RULES = (
    "blockquote", "list", "fence", "newline", "backticks", "emphasis", "link", "autolink", "linkify", "image",
)  # fmt: skip
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    made = MarkdownIt("zero", {"html": False, "breaks": True, "linkify": True})
    made.enable(list(RULES))
    assert made.linkify is not None
    # Only what begins with http:// is a link: setup.py is a file, not a site in Paraguay.
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    made.validateLink = _may_link  # type: ignore[method-assign]  # the library's way to say so
    made.add_render_rule("image", _image)
    made.add_render_rule("link_open", _link)
    return made


def _may_link(url: str) -> bool:
    return bool(_SCHEME.match(url)) or not re.match(r"^[a-z][a-z0-9+.-]*:", url, re.IGNORECASE)


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    if not _SCHEME.match(str(tokens[place].attrs.get("href", ""))):
        tokens[place].attrs["href"] = "#"
    tokens[place].attrs["rel"] = "noopener noreferrer"
    return renderer.renderToken(tokens, place, options, env)


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    """An image is one of the message's own files, by its name; nothing is fetched from elsewhere."""
    token = tokens[place]
    name = str(token.attrs.get("src", ""))
    source = env["image"](name) if "image" in env else ""
    alt = renderer.renderInlineAsText(token.children or [], options, env) or name
    if not source:
        return _escaped(f"[{alt}]")
    return f'<img src="{_escaped(source)}" alt="{_escaped(alt)}">'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def formatted(text: str, image: Callable[[str], str] | None = None) -> str:
    """The text as HTML. `image`: file name -> where the picture is, or nothing; without it pictures are words."""
    return str(_markdown().render(text, {"image": image} if image else {}))


def images_in(text: str) -> list[str]:
    """The names of the files that the text shows as pictures."""
    named: list[str] = []

    def note(name: str) -> str:
        named.append(name)
        return ""

    _markdown().render(text, {"image": note})
    return named
