"""What a handover says before the engineer has written: facts of the ticket, as sentences in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.base.formats import short_moment, zone_name
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sterling.tickets.handovers import Pending

CUT = 280


@dataclass(frozen=True, slots=True)
class Suggested:
    happened: Text
    next_action: Text
    risks: Text


def suggested(one: Pending, at: datetime, zone: tzinfo) -> Suggested:
    return Suggested(_happened(one, at, zone), _next(one, at, zone), _risks(one, at, zone))


def _when(moment: datetime, at: datetime, zone: tzinfo) -> Text:
    said, city = short_moment(moment, at, zone), zone_name(zone)
    return Text(f"{said.en} {city.en}", f"{said.zh}（{city.zh}）")


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= CUT else f"{words[: CUT - 1]}…"


def _happened(one: Pending, at: datetime, zone: tzinfo) -> Text:
    said = []
    for message, en, zh in ((one.theirs, "Customer", "客户"), (one.ours, "We", "我方")):
        if message is not None:
            when = _when(message.created_at, at, zone)
            said.append(
                (
                    message.created_at,
                    Text(f"{en}, {when.en}: {_cut(message.text)}", f"{when.zh}{zh}：{_cut(message.text)}"),
                )
            )
    lines = [text for _, text in sorted(said, key=lambda pair: pair[0])]
    if one.ticket.workaround_at:
        when = _when(one.ticket.workaround_at, at, zone)
        lines.append(Text(f"Workaround provided, {when.en}.", f"{when.zh}已提供临时方案。"))
    return Text("\n".join(line.en for line in lines), "\n".join(line.zh for line in lines))


def _next(one: Pending, at: datetime, zone: tzinfo) -> Text:
    if one.is_owed and one.reply_due:
        when = _when(one.reply_due, at, zone)
        return Text(f"Answer the customer by {when.en}.", f"在{when.zh}前回复客户。")
    if one.is_owed:
        return Text("Answer the customer.", "回复客户。")
    if one.update_due:
        when = _when(one.update_due, at, zone)
        return Text(f"Tell the customer where it stands by {when.en}.", f"在{when.zh}前向客户通报进展。")
    if one.is_unassigned:
        return Text("Find an engineer for it.", "为其分配工程师。")
    return Text("Go on with it.", "继续处理。")


def _risks(one: Pending, at: datetime, zone: tzinfo) -> Text:
    found = []
    for due, en, zh in ((one.reply_due, "The reply", "回复"), (one.update_due, "The update", "进展通报")):
        if due is not None and due < at:
            when = _when(due, at, zone)
            found.append(
                Text(f"{en} was due {when.en} and is owed still.", f"{zh}已于{when.zh}超时，仍未完成。")
            )
    if one.is_urgent and not one.ticket.workaround_at:
        found.append(Text("Urgent, and no workaround yet.", "紧急，且尚无临时方案。"))
    return Text("\n".join(line.en for line in found), "\n".join(line.zh for line in found))
