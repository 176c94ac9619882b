"""How wide a few words are on the strip, near enough to keep labels apart. The browser's font decides the rest."""

from __future__ import annotations

SIZES = {"en": 11.0, "zh": 12.0}  # px; Chinese is never smaller
_HAN = 0x2E80


def size(language: str) -> float:
    return SIZES["zh" if language.startswith("zh") else "en"]


def wide(text: str, language: str) -> float:
    """Px of a line: a Chinese character is square, a figure and a letter about 0.6 of it."""
    return sum(_share(letter) for letter in text) * size(language)


def _share(letter: str) -> float:
    if ord(letter) >= _HAN:
        return 1.0
    return 0.3 if letter in " :.,il" else 0.62
