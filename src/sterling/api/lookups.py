"""Things that a body names by id, refused by the field that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts import access, queries
from sterling.base.errors import Invalid, NotAllowed, NotYours
from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent, Region


def known_region(region_id: str, field: str = "region") -> Region:
    found = queries.region(region_id)
    if found is None:
        names = ", ".join(region.pk for region in queries.regions())
        raise Invalid.field(field, f"One of {names}.", f"可选：{names}。")
    return found


def named_agent(ref: str, field: str = "assignee") -> Agent:
    """An engineer named by another one: staff see each other."""
    try:
        found = queries.agents().filter(pk=access.row_id(ref)).first()
    except NotYours:
        found = None
    if found is None:
        raise Invalid.field(field, "There is no engineer with this id.", "没有此 id 对应的工程师。")
    return found


def engineer(viewer: Viewer) -> Agent:
    """The viewer as staff, for what a customer may see but not do."""
    if viewer.agent is None:
        raise NotAllowed(Text("Only the support engineers can do this.", "只有支持工程师可以执行此操作。"))
    return viewer.agent
