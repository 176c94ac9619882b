"""Targets, update rules, hours and lists in words, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.catalog.cells import (
    AsAgreed,
    BusinessDays,
    EachBusinessDay,
    Interval,
    OnStatusChange,
    ResponseTarget,
    UpdateRule,
)
from sterling.core.catalog.entitlements import UNLIMITED, BySize, Choice, Entitlement, Value
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.core.catalog.hours import Hours

_UNITS = ((timedelta(hours=1), "h", "小时"), (timedelta(minutes=1), "min", "分钟"))


def duration_words(duration: timedelta) -> Text:
    """`1 h 30 min`, `24 h`, `45 s`; exact, the largest unit is the hour."""
    en, zh, rest = [], [], duration
    for unit, short, han in _UNITS:
        count, rest = divmod(rest, unit)
        if count:
            en.append(f"{count} {short}")
            zh.append(f"{count} {han}")
    if rest or not en:
        seconds = f"{rest.seconds}" + (f".{rest.microseconds:06d}".rstrip("0") if rest.microseconds else "")
        en.append(f"{seconds} s")
        zh.append(f"{seconds} 秒")
    return Text(" ".join(en), " ".join(zh))


def target_words(target: ResponseTarget | None) -> Text:
    match target:
        case None:
            return Text("best effort", "尽力而为")
        case BusinessDays(days=1):
            return Text("next business day", "下一个工作日")
        case BusinessDays(days=days):
            return Text(f"{days} business days", f"{days} 个工作日")
        case _:
            return duration_words(target)


def update_words(rule: UpdateRule | None) -> Text:
    match rule:
        case None:
            return Text("as needed", "视情况而定")
        case Interval(every=every):
            words = duration_words(every)
            return Text(f"every {words.en}", f"每 {words.zh}")
        case EachBusinessDay():
            return Text("each business day", "每个工作日")
        case OnStatusChange():
            return Text("on status change", "状态变更时")
        case AsAgreed():
            return Text("as agreed", "按约定")


def hours_words(hours: Hours) -> Text:
    return hours.name


def value_words(entitlement: Entitlement, value: Value) -> Text:
    """What a plan gives of an entitlement, short enough for a table; a dash for nothing."""
    if isinstance(entitlement, Choice):
        return entitlement.mode(value).name
    if not entitlement.includes(value):
        return Text("–", "–")
    if value is True:
        return Text("yes", "有")
    if value == UNLIMITED:
        return Text("unlimited", "不限")
    if isinstance(value, BySize):
        limits = [str(step.limit) for step in value.steps]
        return Text(f"{'/'.join(limits)} by size", f"按规模 {'/'.join(limits)}")
    return Text(f"{value:,}", f"{value:,}")


def listing(texts: Sequence[Text]) -> Text:
    """`A, B and C`, in Chinese 、 and 和."""
    if len(texts) == 1:
        return texts[0]
    return Text(
        ", ".join(text.en for text in texts[:-1]) + f" and {texts[-1].en}",
        "、".join(text.zh for text in texts[:-1]) + f"和{texts[-1].zh}",
    )


_CHANNELS = {
    "chat": Text("chat", "在线聊天"),
    "portal": Text("portal", "门户"),
    "email": Text("mail", "邮件"),
    "phone": Text("phone", "电话"),
}


def channel_words(channels: Sequence[str]) -> Text:
    """`portal and mail`; `all` for every channel there is."""
    if set(channels) == set(_CHANNELS):
        return Text("all", "全部")
    return listing([_CHANNELS[one] for one in channels])
