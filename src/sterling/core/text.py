"""One text in the two languages of the product, written by hand, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same thing said in English and in Simplified Chinese."""

    en: str
    zh: str

    def to(self, language: str) -> str:
        """In `language` ("zh", "zh-cn", "zh-Hans" … are Chinese; everything else reads English)."""
        return self.zh if language.lower().startswith("zh") else self.en

    def filled(self, **facts: object) -> Text:
        """Both languages with `{name}` places filled from `facts`."""
        return Text(self.en.format(**facts), self.zh.format(**facts))

    def as_dict(self) -> dict[str, str]:
        return {"en": self.en, "zh": self.zh}
