"""A catalog as a plain-text table: a column for each plan, a row for each promise."""

from __future__ import annotations

import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING

from sterling.core.catalog import hours_words, target_words, update_words, value_words
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.core.catalog import Catalog, Cell

_RESPONSE = Text("reply {}", "响应 {}")
_UPDATE = Text("update {}", "更新 {}")
_WORKAROUND = Text("workaround {}", "变通 {}")
_RESOLUTION = Text("resolution {}", "解决 {}")
_NO_CELL = Text("(no cell)", "（无单元格）")
_INCLUDED = Text("included", "包含")
_VERSION = Text("Catalog version {}", "目录版本 {}")
_PRICE = Text("{} per {} months, {}", "{} 每 {} 个月，{}")
_GAP = 2

Row = tuple[list[str], ...]  # for each column the lines of its cell


def table(catalog: Catalog, language: str) -> str:
    """The whole table, ready to print; columns align also where Chinese characters are twice as wide."""
    rows = [*_rows(catalog, language)]
    widths = [max(_width(line) for row in rows for line in row[column]) for column in range(len(rows[0]))]
    lines = [_VERSION.to(language).format(catalog.version), ""]
    for row in rows:
        for parts in zip_longest(*row, fillvalue=""):
            padded = (part + " " * (width - _width(part)) for part, width in zip(parts, widths, strict=True))
            lines.append((" " * _GAP).join(padded).rstrip())
    return "\n".join(lines)


def _rows(catalog: Catalog, language: str) -> Iterator[Row]:
    plans = catalog.plans_by_rank()
    yield ([""], *([f"{plan.mark.to(language)} {plan.name.to(language)}".strip()] for plan in plans))
    for priority in catalog.priorities_by_rank():
        name = priority.name.to(language)
        cells = (plan.targets.get(priority.id) for plan in plans)
        blank = ([""] for _ in range(len(plans) + 1))
        yield tuple(blank)
        yield ([name, priority.alias], *(_cell_lines(cell, language) for cell in cells))
    yield tuple([""] for _ in range(len(plans) + 1))
    for key, terms in catalog.entitlements.items():
        values = ([value_words(terms, plan.entitlements[key]).to(language)] for plan in plans)
        yield ([terms.name.to(language)], *values)
    term = catalog.pricing.term_months
    prices = {
        (currency, segment) for plan in plans for currency in plan.price for segment in plan.price[currency]
    }
    for currency, segment in sorted(prices):
        amounts = (plan.price.get(currency, {}).get(segment) for plan in plans)
        yield (
            [_PRICE.to(language).format(currency, term, segment)],
            *(["–" if it is None else f"{it:,}" if it else _INCLUDED.to(language)] for it in amounts),
        )


def _cell_lines(cell: Cell | None, language: str) -> list[str]:
    if cell is None:
        return [_NO_CELL.to(language)]
    lines = [
        _RESPONSE.to(language).format(target_words(cell.response).to(language)),
        _UPDATE.to(language).format(update_words(cell.update).to(language)),
        hours_words(cell.hours).to(language),
    ]
    for pattern, target in ((_WORKAROUND, cell.workaround), (_RESOLUTION, cell.resolution)):
        if target is not None:
            lines.append(pattern.to(language).format(target_words(target).to(language)))
    return lines


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
