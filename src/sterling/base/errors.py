"""The few errors of the product. Each carries what a person or a program needs to go on.

One handler each turns them into a page (`base.middleware`), a problem document (`api.problems`) or a line
in the worker's log; nothing else catches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class SterlingError(Exception):
    """Anything the product refuses on purpose. `kind` is stable and ends the problem's type."""

    kind = "refused"
    status = 409

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class NotYours(SterlingError):
    """Not there, or not for this person: the two are never told apart."""

    kind = "not-found"
    status = 404

    def __init__(self, what: Text | None = None) -> None:
        super().__init__(what or Text("There is nothing here for you.", "这里没有可供您查看的内容。"))


class NotAllowed(SterlingError):
    """The person may see this but not do that."""

    kind = "not-allowed"
    status = 403


class Conflict(SterlingError):
    """The state of things forbids it now."""

    kind = "conflict"
    status = 409


class ResponseOwed(Conflict):
    """Solving or closing while the customer waits for an answer."""

    kind = "response-owed"


class Overtaken(Conflict):
    """Somebody spoke while this was being written. `author` and `at` say who and when; `latest` what to name as seen."""

    kind = "overtaken"

    def __init__(self, text: Text, *, author: str, at: datetime, latest: int) -> None:
        super().__init__(text)
        self.author = author
        self.at = at
        self.latest = latest


class MessageRequired(Conflict):
    """A Low ticket's status changes only together with a message to the customer."""

    kind = "message-required"


class Stale(SterlingError):
    """Somebody else changed it first."""

    kind = "stale"
    status = 412


class Clashed(SterlingError):
    """Two wrote in one place. Nothing is overwritten: `theirs` stands, `yours` is kept beside it."""

    kind = "clash"
    status = 409

    def __init__(self, text: Text, *, yours: object, theirs: object, version: int) -> None:
        super().__init__(text)
        self.yours = yours
        self.theirs = theirs
        self.version = version


class NamesFound(Conflict):
    """What is to be published seems to name other customers: a person has to look. `suspects`: where and whose."""

    kind = "names-found"

    def __init__(self, text: Text, suspects: list[dict[str, str]]) -> None:
        super().__init__(text)
        self.suspects = suspects


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field and what to do. `field` is a dotted path."""

    field: str
    text: Text


def by_field(errors: Iterable[FieldError]) -> dict[str, list[Text]]:
    """What a form says at each of its fields."""
    found: dict[str, list[Text]] = {}
    for error in errors:
        found.setdefault(error.field, []).append(error.text)
    return found


class Invalid(SterlingError):
    """Input that cannot be taken as it is; names every field at fault."""

    kind = "invalid"
    status = 422

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(Text("Some fields need another look.", "有些内容需要修改。"))
        self.errors = errors

    def __str__(self) -> str:
        return "; ".join(f"{error.field}: {error.text.en}" for error in self.errors)

    @classmethod
    def field(cls, field: str, en: str, zh: str) -> Invalid:
        return cls(FieldError(field, Text(en, zh)))


class NotEntitled(SterlingError):
    """The plan does not include it. Says which entitlement, which plan, and what would bring it."""

    kind = "entitlement"
    status = 403

    def __init__(self, text: Text, *, entitlement: str, plan: str, remedy: Text) -> None:
        super().__init__(text)
        self.entitlement = entitlement
        self.plan = plan
        self.remedy = remedy


class CapReached(NotEntitled):
    """The plan includes it, up to a number that is used up."""

    status = 409

    def __init__(self, text: Text, *, entitlement: str, plan: str, remedy: Text, limit: int) -> None:
        super().__init__(text, entitlement=entitlement, plan=plan, remedy=remedy)
        self.limit = limit
