"""What somebody asked of the queue: a view, words to search for, what it is narrowed to, its order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Case, F, IntegerField, Q, Value, When

from sterling.core.text import Text
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models.expressions import Combinable, OrderBy

    from sterling.accounts.access import Viewer

ME, NOBODY = "me", "nobody"
MOST_DIGITS = 18
MOST_WORDS = 8
CHANNELS = {
    "email": Text("Mail", "邮件"),
    "portal": Text("Portal", "门户"),
    "chat": Text("Chat", "在线聊天"),
    "phone": Text("Phone", "电话"),
}
SORTS = {
    "due": Text("Due first", "按期限"),
    "newest": Text("Newest first", "最新建立"),
    "oldest": Text("Oldest first", "最早建立"),
    "changed": Text("Last changed", "最近更新"),
    "priority": Text("Priority", "按优先级"),
}
FIELDS = {
    "priority": Text("Priority", "优先级"),
    "plan": Text("Plan", "计划"),
    "region": Text("Region", "区域"),
    "assignee": Text("Engineer", "工程师"),
    "channel": Text("Channel", "渠道"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """`narrowed`: field and value, in the order of FIELDS. `sort`: a key of SORTS."""

    view: str = "next"
    words: str = ""
    narrowed: tuple[tuple[str, str], ...] = ()
    sort: str = "due"

    @staticmethod
    def of(form: Mapping[str, str]) -> Asked:
        """As an address says it; what it does not know falls away."""
        found = tuple((name, form[name][:60]) for name in FIELDS if form.get(name))
        sort = form.get("sort", "due")
        words = form.get("q", "").replace("\x00", "").strip()[:200]
        return Asked(form.get("view", "next"), words, found, sort if sort in SORTS else "due")

    @property
    def query(self) -> str:
        """The same as an address' query."""
        pairs = [("view", self.view), ("q", self.words), *self.narrowed]
        pairs.append(("sort", "" if self.sort == "due" else self.sort))
        return urlencode([(name, value) for name, value in pairs if value])

    @property
    def wide(self) -> Asked:
        """The same view without what narrows it."""
        return replace(self, narrowed=(), words="")

    @property
    def is_grouped(self) -> bool:
        """Whether groups by due make sense in this order."""
        return self.sort == "due" and not self.words

    def value(self, field: str) -> str:
        return dict(self.narrowed).get(field, "")

    def is_personal(self) -> bool:
        """Whether the answer depends on who asks."""
        return self.view == "mine" or self.value("assignee") == ME

    def condition(self, viewer: Viewer) -> Q:
        found = Q()
        for field, value in self.narrowed:
            found &= _is(field, value, viewer)
        return found

    def order(self, priorities: Sequence[str]) -> tuple[Combinable | OrderBy, ...]:
        """`priorities`: their ids, the most pressing first."""
        due = F("timeline__next_due").asc(nulls_last=True)
        if self.sort == "newest":
            return F("opened_at").desc(), F("pk").desc()
        if self.sort == "oldest":
            return F("opened_at").asc(), F("pk").asc()
        if self.sort == "changed":
            return F("updated_at").desc(), F("pk").desc()
        if self.sort == "priority":
            ranks = [When(priority=name, then=Value(place)) for place, name in enumerate(priorities)]
            rank = Case(*ranks, default=Value(len(priorities)), output_field=IntegerField())
            return rank.asc(), due, F("pk").asc()
        return due, F("pk").asc()


def _is(field: str, value: str, viewer: Viewer) -> Q:
    if field == "region":
        return Q(timeline__region_id=value)
    if field != "assignee":
        return Q(**{field: value})
    if value == NOBODY:
        return Q(assignee=None)
    if value == ME:
        return Q(assignee=viewer.agent)
    return Q(assignee=int(value)) if _is_number(value) else Q(pk__in=[])


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS


def matching(words: str) -> Q:
    """Tickets by number, subject, requester or organization: every word must be found somewhere."""
    wanted = words.split()[:MOST_WORDS]
    return Q(pk__in=tickets.having(wanted)) if wanted else Q()
