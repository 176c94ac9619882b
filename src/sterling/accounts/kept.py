"""What somebody sent after their session had ended: it goes with them through the sign-in, and is theirs to send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from django.http import HttpRequest

NAME = "kept"
_WRITTEN = ("subject", "body", "text", "description", "reason", "note")
_OURS = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, from which page, what stood in it, and the files it could not keep."""

    action: str
    page: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    @staticmethod
    def of(request: HttpRequest) -> Kept:
        """The form that just came."""
        fields = [(name, value) for name, values in request.POST.lists() for value in values if name != _OURS]
        files = [file.name or "" for _, sent in request.FILES.lists() for file in sent]
        return Kept(request.get_full_path(), _page(request), tuple(fields), tuple(files))

    @staticmethod
    def carried(request: HttpRequest) -> Kept | None:
        """What our own sign-in form carries along; None for nothing, or for what is not ours."""
        try:
            action, page, fields, files = json.loads(request.POST.get(NAME, "null"))
            kept = Kept(action, page, tuple((n, v) for n, v in fields), tuple(files))
        except (ValueError, TypeError):
            return None
        words = (action, page, *files, *(word for field in kept.fields for word in field))
        own = all(isinstance(word, str) for word in words) and _is_path(action) and _is_path(page)
        return kept if own else None

    @property
    def packed(self) -> str:
        return json.dumps([self.action, self.page, self.fields, self.files])

    @property
    def written(self) -> list[tuple[str, str]]:
        """What was typed, to be shown."""
        return [(name, value) for name, value in self.fields if name in _WRITTEN and value.strip()]

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Everything else, carried unseen."""
        shown = self.written
        return [field for field in self.fields if field not in shown]


def _is_path(text: str) -> bool:
    return text.startswith("/") and not text.startswith(("//", "/\\"))


def _page(request: HttpRequest) -> str:
    """The page that the form stood on."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before.path if before.netloc == request.get_host() and _is_path(before.path) else "/"
