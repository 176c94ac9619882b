"""A lively demo: a vendor with engineers, customers, and two months of tickets relative to now."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import click

from sterling.config.demo.making import Demo, make_demo

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Demo", "fill", "make_demo"]


def fill(*, at: datetime) -> Demo | None:
    """Make the demo behind a progress line on a terminal; None when it is there already."""
    shows = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        click.echo(f"\rsterling: demo tickets {done} of {total}", err=True, nl=done == total)

    # What is loaded by now stays loaded; collections that need not walk it save a fifth of the time.
    gc.freeze()
    return make_demo(at, progress if shows else None)
