"""Which priority do the facts suggest? The customer answers five questions and proposes; a person decides."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.core.catalog import Catalog


class Affected(StrEnum):
    FEW = "few"
    MANY = "many"
    WHOLE = "whole"


class Work(StrEnum):
    GOES_ON = "goes_on"
    HELD_UP = "held_up"
    STOPPED = "stopped"


class Workaround(StrEnum):
    YES = "yes"
    NO = "no"


class Deadline(StrEnum):
    NONE = "none"
    SOON = "soon"
    NOW = "now"


class Seen(StrEnum):
    FEW = "few"
    INSIDE = "inside"
    CUSTOMERS = "customers"


class Severity(IntEnum):
    """How pressing the facts are, whatever a catalog calls its priorities."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    URGENT = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What the customer says about a problem. Every answer's later values are worse ones."""

    affected: Affected
    work: Work
    workaround: Workaround
    deadline: Deadline
    seen: Seen

    @staticmethod
    def read(answers: Mapping[str, str]) -> Facts:
        """The facts that answers by name say. ValueError names the first question without a known answer."""
        for question in QUESTIONS:
            if answers.get(question.id) not in question.values:
                raise ValueError(f"{question.id}: one of {', '.join(question.values)}")
        return Facts(
            Affected(answers["affected"]),
            Work(answers["work"]),
            Workaround(answers["workaround"]),
            Deadline(answers["deadline"]),
            Seen(answers["seen"]),
        )

    def as_dict(self) -> dict[str, str]:
        return {one.name: str(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Answer:
    """`words` stand beside the choice, `told` is what a sentence says of it."""

    value: str
    words: Text
    told: Text


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    words: Text
    answers: tuple[Answer, ...]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(answer.value for answer in self.answers)


QUESTIONS = (
    Question(
        "affected",
        Text("Who is affected?", "影响哪些人？"),
        (
            Answer(
                Affected.FEW,
                Text("One person or a few", "一人或少数几人"),
                Text("few people are affected", "影响少数人"),
            ),
            Answer(
                Affected.MANY,
                Text("Many people, but not everyone", "许多人，但不是全部"),
                Text("many people are affected", "影响许多人"),
            ),
            Answer(
                Affected.WHOLE,
                Text("A whole department, site or business unit", "整个部门、站点或业务单元"),
                Text("a whole department or site is affected", "影响整个部门或站点"),
            ),
        ),
    ),
    Question(
        "work",
        Text("Is work stopped?", "工作是否中断？"),
        (
            Answer(
                Work.GOES_ON, Text("No, work goes on", "没有，照常工作"), Text("work goes on", "工作照常")
            ),
            Answer(
                Work.HELD_UP, Text("It is held up", "受到影响，变慢"), Text("work is held up", "工作受到影响")
            ),
            Answer(
                Work.STOPPED,
                Text("Yes, the main work has stopped", "是，主要工作已停"),
                Text("the main work has stopped", "主要工作已停"),
            ),
        ),
    ),
    Question(
        "workaround",
        Text("Is there a way around it for now?", "目前有变通办法吗？"),
        (
            Answer(Workaround.YES, Text("Yes", "有"), Text("there is a way around it", "有变通办法")),
            Answer(Workaround.NO, Text("No", "没有"), Text("there is no way around it", "没有变通办法")),
        ),
    ),
    Question(
        "deadline",
        Text("Is there a deadline?", "有时间期限吗？"),
        (
            Answer(Deadline.NONE, Text("No", "没有"), Text("no deadline is near", "没有期限压力")),
            Answer(
                Deadline.SOON,
                Text("Yes, one may be missed", "有，可能赶不上"),
                Text("a deadline may be missed", "可能赶不上期限"),
            ),
            Answer(
                Deadline.NOW,
                Text("It cannot wait at all", "一刻也不能等"),
                Text("it cannot wait", "一刻也不能等"),
            ),
        ),
    ),
    Question(
        "seen",
        Text("Who notices?", "谁会察觉？"),
        (
            Answer(
                Seen.FEW, Text("Hardly anyone", "几乎没人"), Text("hardly anyone notices", "几乎没人察觉")
            ),
            Answer(
                Seen.INSIDE,
                Text("Everyone in our organization", "我们组织内部人人都会"),
                Text("everyone inside notices", "组织内部人人可见"),
            ),
            Answer(
                Seen.CUSTOMERS,
                Text("Our own customers too", "我们自己的客户也会"),
                Text("the organization's own customers notice", "组织自己的客户也会察觉"),
            ),
        ),
    ),
)


def suggest(facts: Facts) -> Severity:
    """A worse answer never suggests less."""
    if facts.work is Work.GOES_ON:
        cannot_wait = facts.deadline is Deadline.NOW and facts.workaround is Workaround.NO
        return Severity.MEDIUM if cannot_wait or facts.seen is Seen.CUSTOMERS else Severity.LOW
    stopped, no_way = facts.work is Work.STOPPED, facts.workaround is Workaround.NO
    pressing = facts.deadline is not Deadline.NONE
    if facts.affected is Affected.FEW:
        return Severity.HIGH if stopped and no_way and pressing else Severity.MEDIUM
    if facts.affected is Affected.WHOLE and stopped and no_way:
        return Severity.URGENT
    worse = stopped or no_way or pressing or facts.seen is Seen.CUSTOMERS
    return Severity.HIGH if worse else Severity.MEDIUM


def suggested_priority(facts: Facts, catalog: Catalog) -> str:
    """The id of the catalog's priority that stands where the severity does, however many it has."""
    ordered = sorted(catalog.priorities.values(), key=lambda priority: priority.rank)
    steps = len(Severity) - 1
    place = (2 * (suggest(facts) - 1) * (len(ordered) - 1) + steps) // (2 * steps)  # rounded half up
    return ordered[place].id


def told(facts: Facts) -> Text:
    """The facts as one sentence without a head or a stop: `many people are affected, work is held up, …`"""
    answers = facts.as_dict()
    said = [
        answer.told
        for question in QUESTIONS
        for answer in question.answers
        if answer.value == answers[question.id]
    ]
    return Text(", ".join(text.en for text in said), "，".join(text.zh for text in said))
