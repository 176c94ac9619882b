"""Writing an analysis, part by part. Two who write in one place lose nothing: the second is told, with both texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from sterling.base.errors import Clashed, Conflict, Invalid, NotYours, Stale
from sterling.base.live import poke
from sterling.core import rca as core
from sterling.core.rca import EDITABLE, STATES, ActionKind, ActionState, State
from sterling.core.text import Text
from sterling.premium.rca.models import Action, Part, Rca, Writing

if TYPE_CHECKING:
    from datetime import date, datetime

    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor
    from sterling.core.rca.document import Value


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands now. `aside`: what was typed did not become it, and is kept beside it, since `because`."""

    part: Part
    aside: Writing | None = None
    because: Text | None = None


MEANWHILE = Text(
    "{who} changed this part while you wrote. Theirs stands; yours is kept beside it.",
    "您编辑期间，{who} 修改了这一部分。保留对方的内容，您的内容另行保存。",
)


def hold(rca: Rca) -> Rca:
    """The row as it is now, held until the transaction ends."""
    rows = Rca.objects.select_for_update(of=("self",)).select_related("ticket__timeline", "owner", "author")
    return rows.get(pk=rca.pk)


@transaction.atomic
def keep_part(
    *, rca: Rca, name: str, value: object, knows: int, agent: Agent, at: datetime, by: Actor
) -> Saved:
    """Save a part that the writer read as version `knows` (0: nobody had written it). Nothing typed is thrown away:
    where somebody saved meanwhile, or it is not to be edited now, it is set aside.

    Invalid names the field.
    """
    if name not in core.PARTS:
        raise NotYours
    kept = _cleaned(name, value)
    held = hold(rca)
    part = Part.objects.select_for_update().filter(rca=held, name=name).first()
    stands: Value = part.value if part else core.empty(name)
    if part is not None and kept == stands:
        return Saved(part)
    if part is None and kept == core.empty(name):
        return Saved(Part(rca=held, organization_id=held.organization_id, name=name, value=kept, version=0))
    # The answer to the same writer's last saving may have been lost: what they go on with holds all of it.
    goes_on = part is not None and part.changed_by == by.name and _holds(kept, part.value)
    refused = _refused(held, part, part.version if part and goes_on else knows)
    writing = Writing(
        rca=held, organization_id=held.organization_id, name=name, value=kept, at=at, by=by.name
    )
    if refused:
        writing.save()
        standing = part or Part(rca=held, name=name, value=stands, version=0, changed_by="", changed_at=at)
        return Saved(standing, writing, refused)
    if part is None:
        part = Part(rca=held, organization_id=held.organization_id, name=name, version=0)
    part.value, part.changed_at, part.changed_by = kept, at, by.name
    part.version += 1
    part.save()
    writing.version = part.version
    writing.save()
    _begun(held, agent)
    return Saved(part)


def _cleaned(name: str, value: object) -> Value:
    try:
        return core.cleaned(name, value)
    except core.Wrong as wrong:
        why = wrong.why
        raise Invalid.field(wrong.field, f"{why.en[:1].upper()}{why.en[1:]}.", f"{why.zh}。") from None


def _holds(words: Value, before: Value) -> bool:
    """Whether all that was written `before` stands in `words`."""
    return all(
        said in words[name] if isinstance(said, str) and isinstance(words[name], str) else said == words[name]
        for name, said in before.items()
    )


def _refused(held: Rca, part: Part | None, knows: int) -> Text | None:
    if held.state not in EDITABLE:
        return _not_now(held)
    if knows != (part.version if part else 0):
        return MEANWHILE.filled(who=part.changed_by if part else "")
    return None


def _not_now(held: Rca) -> Text:
    name = STATES[State(held.state)]
    return Text(
        f"The analysis is {name.en}: nothing was changed in it. What you wrote is kept beside it.",
        f"分析{name.zh}，未作修改。您的内容已另行保存。",
    )


def _begun(held: Rca, agent: Agent) -> None:
    """The first to write begins the draft, and owns it where nobody does."""
    if held.state == State.OPEN:
        held.state = State.DRAFT
        held.owner = held.owner or agent
    held.version += 1
    held.save()
    poke(f"ticket-{held.ticket.number}")


def told(saved: Saved) -> Part:
    """The part, or for whoever keeps their own text the refusal with both: Clashed."""
    if saved.aside is None:
        return saved.part
    assert saved.because is not None
    raise Clashed(saved.because, yours=saved.aside.value, theirs=saved.part.value, version=saved.part.version)


@dataclass(frozen=True, slots=True)
class Doing:
    """A corrective action as somebody writes it."""

    text: str
    kind: str
    owner: Agent | None = None
    due: date | None = None
    state: str = ActionState.OPEN
    verification: str = ""


@transaction.atomic
def add_action(*, rca: Rca, doing: Doing, agent: Agent, at: datetime, by: Actor) -> Action:
    held = hold(rca)
    if held.state not in EDITABLE:
        raise Conflict(Text("Actions are added while it is a draft.", "只能在草稿状态下添加措施。"))
    made = Action(rca=held, organization_id=held.organization_id, version=0)
    _write(made, doing, at, by)
    _begun(held, agent)
    return made


@transaction.atomic
def change_action(
    *, action: Action, doing: Doing, knows: int | None = None, agent: Agent, at: datetime, by: Actor
) -> Action:
    """What is to be done changes in a draft; how far it is and how it was verified at any time until it is closed.

    Stale: somebody changed it since version `knows`.
    """
    held = hold(action.rca)
    fresh = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if knows is not None and knows != fresh.version:
        raise Stale(
            Text(
                f"{fresh.changed_by} changed this action meanwhile. Look at it again.",
                f"{fresh.changed_by} 已修改此措施，请重新查看。",
            )
        )
    if held.state == State.CLOSED:
        raise Conflict(Text("The analysis is closed.", "分析已关闭。"))
    told = (fresh.text, fresh.kind, fresh.owner_id, fresh.due)
    _write(fresh, doing, at, by)
    if held.state not in EDITABLE and told != (fresh.text, fresh.kind, fresh.owner_id, fresh.due):
        raise Conflict(
            Text(
                "What is to be done changes in a draft alone; here only its state and verification do.",
                "措施内容只能在草稿状态下修改；当前只能更新进度和验证情况。",
            )
        )
    if held.state in EDITABLE:
        _begun(held, agent)
    return fresh


def _write(action: Action, doing: Doing, at: datetime, by: Actor) -> None:
    text = " ".join(doing.text.split())
    if not text or len(text) > 1000:  # noqa: PLR2004 - as the column
        raise Invalid.field(
            "text", "Say what is to be done, in at most 1000 letters.", "请填写措施内容，最多 1000 字。"
        )
    if doing.kind not in set(ActionKind):
        raise Invalid.field(
            "kind", "One of fix, detect, mitigate, process.", "可选：fix、detect、mitigate、process。"
        )
    if doing.state not in set(ActionState):
        raise Invalid.field(
            "state", "One of open, doing, done, dropped.", "可选：open、doing、done、dropped。"
        )
    verification = doing.verification.strip()
    if len(verification) > 1000:  # noqa: PLR2004 - as the column
        raise Invalid.field("verification", "At most 1000 letters.", "最多 1000 字。")
    if ActionState(doing.state).is_settled and not verification:
        raise Invalid.field(
            "verification",
            "Say how it was seen to work, or why it was dropped.",
            "请说明如何验证有效，或为何取消。",
        )
    action.text, action.kind, action.owner, action.due = text, doing.kind, doing.owner, doing.due
    action.state, action.verification = doing.state, verification
    action.version += 1
    action.changed_at, action.changed_by = at, by.name
    action.save()


def doing_of(action: Action, **changed: Any) -> Doing:
    """The action as it is, with what is to change."""
    as_is = {
        "text": action.text,
        "kind": action.kind,
        "owner": action.owner,
        "due": action.due,
        "state": action.state,
        "verification": action.verification,
    }
    return Doing(**{**as_is, **changed})
