"""What the product says by itself, in the shipped words or in those that the vendor put in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base import audit
from sterling.base.asked import Question
from sterling.base.errors import FieldError, Invalid
from sterling.base.foreseen import steady
from sterling.core.text import Text
from sterling.tickets.models import Wording

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor

_PLACE = re.compile(r"\{([a-z_]*)\}")
LONGEST = 8000


@dataclass(frozen=True, slots=True)
class Kind:
    """One text: what it is for, the places that are filled in, and the shipped words."""

    title: Text
    places: tuple[str, ...]
    shipped: Text


KINDS = {
    "acknowledgement": Kind(
        Text("Automatic first answer", "自动回执"),
        ("number", "subject", "promise"),
        Text(
            "Thank you for writing. Your message is ticket #{number}: {subject}\n\n"
            "{promise}\nYou can add to it by answering this mail.\n",
            "您好，来信已收到，工单编号 #{number}：{subject}\n\n{promise}\n如需补充，直接回复本邮件即可。\n",
        ),
    ),
    "promise": Kind(
        Text("In it, where a reply has a target", "其中：有回复目标时"),
        ("target", "due", "zone"),
        Text(
            "We aim to answer within {target}, by {due} ({zone}).",
            "我们的目标是在{target}内回复，即 {due}（{zone}）前。",
        ),
    ),
    "no_target": Kind(
        Text("In it, where a reply has none", "其中：无回复目标时"),
        (),
        Text("An engineer will answer as soon as possible.", "工程师会尽快回复您。"),
    ),
    "not_named": Kind(
        Text("In it, to somebody who is no named contact", "其中：来信人不是指定联系人时"),
        ("plan", "held", "organization", "people"),
        Text(
            "You are not one of the named contacts of {organization}, so your tickets are served under {plan}. "
            "A named contact can take this ticket over, and it is served under {held} from then on: {people}",
            "您不是{organization}的指定联系人，您的工单按{plan}服务。"
            "指定联系人可以接手此工单，之后按{held}服务：{people}",
        ),
    ),
    "not_confirmed": Kind(
        Text("In it, to somebody whom nobody has confirmed yet", "其中：来信人身份待确认时"),
        ("plan",),
        Text(
            "This ticket is served under {plan}. If your company has named contacts for our support, one of them "
            "can take it over; ask a colleague who they are, or send them its number.",
            "此工单按{plan}服务。如果贵公司设有支持服务的指定联系人，对方可以接手此工单；"
            "请向同事了解，或将工单编号转告指定联系人。",
        ),
    ),
}


def words(name: str) -> Text:
    """The text in force."""
    return in_force()[name]


def in_force() -> dict[str, Text]:
    """Every text as it stands. One query."""
    return steady("wording", (), _in_force)


def _in_force() -> dict[str, Text]:
    kept = {name: Text(**text) for name, text in (KEPT.asked() or {}).items()}
    return {name: kept.get(name) or kind.shipped for name, kind in KINDS.items()}


KEPT = Question("SELECT json_object_agg(name, text) FROM tickets_wording")


def filled(text: str, facts: dict[str, str]) -> str:
    """The text with its places filled in. What is filled in is never read again."""
    return _PLACE.sub(lambda found: facts.get(found[1], found[0]), text)


@transaction.atomic
def set_words(*, name: str, text: Text, at: datetime, by: Actor) -> None:
    """Put other words in force; both empty: the shipped ones. Invalid: an empty language, or an unknown place."""
    kind = KINDS.get(name)
    if kind is None:
        raise Invalid.field("name", f"One of {', '.join(KINDS)}.", f"可选：{'、'.join(KINDS)}。")
    before = words(name)
    if not text.en.strip() and not text.zh.strip():
        Wording.objects.filter(pk=name).delete()
    else:
        problems = [
            problem
            for language in ("en", "zh")
            if (problem := _problem(kind, text.as_dict()[language], f"{name}.{language}"))
        ]
        if problems:
            raise Invalid(*problems)
        Wording.objects.update_or_create(
            pk=name, defaults={"text": text, "changed_at": at, "changed_by": by.name}
        )
    audit.record(
        at=at,
        actor=by,
        verb="words_changed",
        object_kind="words",
        object_id=name,
        data={"from": before.as_dict(), "to": words(name).as_dict()},
    )


def _problem(kind: Kind, text: str, field: str) -> FieldError | None:
    if not text.strip():
        return FieldError(
            field, Text("Write it in both languages, or leave both empty.", "请填写中英文，或两者都留空。")
        )
    if len(text) > LONGEST:
        return FieldError(field, Text(f"At most {LONGEST} characters.", f"最多 {LONGEST} 个字符。"))
    unknown = [place for place in _PLACE.findall(text) if place not in kind.places]
    if unknown:
        known = ", ".join(f"{{{place}}}" for place in kind.places) or "-"
        return FieldError(
            field,
            Text(
                f"{{{unknown[0]}}} is filled in by nothing. There are: {known}",
                f"{{{unknown[0]}}} 无法填入。可用：{known}",
            ),
        )
    return None
