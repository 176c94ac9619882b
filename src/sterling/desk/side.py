"""The side column of every page: views, rooms, and what waits in them. Drawn once for all who would see the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from sterling.accounts.models import Role
from sterling.desk import queue
from sterling.sla import coverage as proof
from sterling.sla.actions import lists
from sterling.tickets.handovers import waiting_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.accounts.models import Agent
    from sterling.base.board import Board
    from sterling.desk.coverage import Cover

TEMPLATE = "desk/parts/side.html"


@dataclass(frozen=True, slots=True)
class Side:
    """All that the column shows; `here` names the page's address, `view` the view of the queue that is open.

    `lists` of holidays wait for a decision, `handovers` for the reader's answer; `gaps` of the next seven days.
    """

    language: str
    here: str
    view: str
    is_admin: bool
    counts: tuple[tuple[str, int], ...]
    lists: int
    gaps: int
    handovers: int
    covers: tuple[Cover, ...]
    prefix: str

    def facts(self) -> dict[str, object]:
        shown = {name: getattr(self, name) for name in self.__slots__}
        return shown | {"counts": dict(self.counts), "views": queue.VIEWS}


def side(
    request: HttpRequest,
    state: Board,
    agent: Agent | None,
    view: str,
    counts: dict[str, int],
    covers: list[Cover],
) -> SafeString:
    """The column for who asks. Two queries for each state of the database, one more for leads."""
    role = agent.role if agent else ""
    key = agent.pk if agent else 0
    here = request.resolver_match
    return drawn(
        Side(
            request.language,  # type: ignore[attr-defined]  # of our middleware
            (here and here.url_name) or "",
            view,
            role == Role.ADMIN,
            tuple(counts.items()),
            len(state.once("lists", lists.waiting)) if role in {Role.LEAD, Role.ADMIN} else 0,
            state.once("gaps", proof.gaps_soon),
            state.once(("handovers", key), lambda: waiting_for(agent)) if agent else 0,
            tuple(covers),
            get_script_prefix(),
        )
    )


@lru_cache(maxsize=256)
def drawn(shown: Side) -> SafeString:
    """Its markup, which follows from these values alone."""
    return SafeString(get_template(TEMPLATE).render(shown.facts()))
