from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sterling.api import gate
from tests import make
from tests.api.client import Holder, holder


class Hands:
    """The clock that the gate reads, moved by the test."""

    def __init__(self) -> None:
        self.at: datetime = make.TUESDAY

    def forward(self, **amount: float) -> datetime:
        self.at += timedelta(**amount)
        return self.at


@pytest.fixture(autouse=True)
def hands(installed: None, monkeypatch: pytest.MonkeyPatch) -> Hands:  # noqa: ARG001 - it must be there
    """The shipped catalog and regions; it is Tuesday, 10:00 in Chicago."""
    made = Hands()
    monkeypatch.setattr(gate, "now", lambda: made.at)
    return made


@pytest.fixture
def admin() -> Holder:
    return holder(make.agent("Ada Admin", role="admin"))


@pytest.fixture
def carol() -> Holder:
    return holder(make.agent("Carol Mensah"))
