"""The states of a root-cause analysis, what moves it on, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


class State(StrEnum):
    OPEN = "open"
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    TRACKED = "tracked"
    CLOSED = "closed"


class Move(StrEnum):
    BEGIN = "begin"  # somebody writes
    SUBMIT = "submit"  # to a second pair of eyes
    RETURN = "return"  # back, with what is missing
    PUBLISH = "publish"
    REVISE = "revise"  # towards the next edition
    TRACK = "track"  # the corrective actions are followed
    CLOSE = "close"


class ActionKind(StrEnum):
    FIX = "fix"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"


class ActionState(StrEnum):
    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_settled(self) -> bool:
        return self in {ActionState.DONE, ActionState.DROPPED}


ALLOWED: Mapping[Move, tuple[frozenset[State], State]] = {
    Move.BEGIN: (frozenset({State.OPEN}), State.DRAFT),
    Move.SUBMIT: (frozenset({State.DRAFT}), State.REVIEW),
    Move.RETURN: (frozenset({State.REVIEW}), State.DRAFT),
    Move.PUBLISH: (frozenset({State.REVIEW}), State.PUBLISHED),
    Move.REVISE: (frozenset({State.PUBLISHED, State.TRACKED}), State.DRAFT),
    Move.TRACK: (frozenset({State.PUBLISHED}), State.TRACKED),
    Move.CLOSE: (frozenset({State.PUBLISHED, State.TRACKED}), State.CLOSED),
}
EDITABLE = frozenset({State.OPEN, State.DRAFT})

STATES: Mapping[State, Text] = {
    State.OPEN: Text("to be written", "待撰写"),
    State.DRAFT: Text("draft", "草稿"),
    State.REVIEW: Text("in review", "审核中"),
    State.PUBLISHED: Text("published", "已发布"),
    State.TRACKED: Text("actions tracked", "跟踪措施"),
    State.CLOSED: Text("closed", "已关闭"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`author` and `owner` by key; `final`: the final edition is published; `unsettled`: actions that go on."""

    state: State
    author: int | None = None
    owner: int | None = None
    final: bool = False
    unsettled: int = 0


def refusal(move: Move, standing: Standing, *, by: int, manages: bool) -> Text | None:
    """Why `by` (`manages`: a lead or administrator) may not make this move now; None where they may."""
    if standing.state not in ALLOWED[move][0]:
        name = STATES[standing.state]
        return Text(
            f"The analysis is {name.en}; that cannot be done now.", f"分析{name.zh}，当前不能执行此操作。"
        )
    if move is Move.PUBLISH and by == standing.author:
        return Text(
            "You sent it to review. Somebody else reads and publishes it.",
            "您是提交审核的作者，须由另一位同事审阅并发布。",
        )
    if move in {Move.TRACK, Move.CLOSE} and not standing.final:
        return Text("Publish the final edition first.", "请先发布终稿。")
    if move is Move.CLOSE and standing.unsettled:
        return Text(
            f"{standing.unsettled} corrective actions are not done and verified yet.",
            f"还有 {standing.unsettled} 项纠正措施尚未完成并验证。",
        )
    if move is Move.CLOSE and not manages and by != standing.owner:
        return Text("Its owner or a lead closes it.", "须由负责人或主管关闭。")
    return None


def moves(standing: Standing, *, by: int, manages: bool) -> list[Move]:
    """What this person may do now."""
    return [move for move in Move if refusal(move, standing, by=by, manages=manages) is None]
