"""What will happen, said before it does: the effect of a reply, a status, a priority, a rhythm on the promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sterling.base.formats import full_length, over, short_moment
from sterling.core.clocks import State, Status
from sterling.core.text import Text
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sterling.core.clocks import Clock, Result
    from sterling.sla.log import Log

# What a message may set the status to, in the order of the menu; "" leaves it.
AFTER_SENDING = ("", "open", "pending", "on_hold", "solved", "closed")


@dataclass(frozen=True, slots=True)
class Effect:
    """One line of foresight. `tone`: kept (meets what is owed), late (it was missed), quiet, refused."""

    tone: str
    text: Text
    value: str = ""


@dataclass(frozen=True, slots=True)
class Foresight:
    """A ticket's log at one instant, to ask *what if*; `zone` is the reader's."""

    log: Log
    now: Result
    at: datetime
    zone: tzinfo

    def supposing(self, *events: tuple[Kind, dict[str, Any]]) -> Result:
        return self.log.supposing(self.at, *events)

    def moment(self, at: datetime) -> Text:
        return short_moment(at, self.at, self.zone)

    # ---- a public message ----

    def replies(self) -> list[Effect]:
        """The effect of sending now, for each status that the message may set; its own is not offered twice."""
        return [self.reply(status) for status in AFTER_SENDING if status != self.now.status]

    def reply(self, status: str) -> Effect:
        after = (
            self.supposing((Kind.STATUS, {"to": status, "by": "agent", "message": True}))
            if status
            else self.supposing((Kind.AGENT_MESSAGE, {}))
        )
        head = self._answered()
        return Effect(head.tone, joined(head.text, self._then(after)), status)

    def _answered(self) -> Effect:
        owed, update = self.now.owed, self.now.update
        if owed and owed.state is State.MISSED and owed.due:
            late = over(self.at - owed.due)
            return Effect(
                "late",
                Text(
                    f"Answers a reply that is {late.en}; the miss stays on record",
                    f"现在发送即答复已{late.zh}的来信，超时记录保留",
                ),
            )
        if owed and owed.due:
            spare = full_length(owed.due - self.at)
            return Effect(
                "kept",
                Text(
                    f"Sent now, this meets the reply with {spare.en} to spare",
                    f"现在发送即可按时兑现回复，富余 {spare.zh}",
                ),
            )
        if owed:
            return Effect("kept", Text("Sent now, this answers the customer", "现在发送即回复了客户"))
        if update and update.due and update.state is State.RUNNING:
            spare = full_length(update.due - self.at)
            return Effect(
                "kept",
                Text(
                    f"Sent now, this meets the update with {spare.en} to spare",
                    f"现在发送即按时通报进展，富余 {spare.zh}",
                ),
            )
        return Effect(
            "quiet",
            Text("No reply is owed; this is one more message", "目前不欠回复，这是一条额外的消息"),
        )

    def _then(self, after: Result) -> Text:
        """What runs on when the message has gone."""
        if after.status is Status.CLOSED:
            return Text("Then the ticket is closed and nothing runs on", "随后工单关闭，不再计时")
        clock = after.update
        if clock is None:
            return Text(
                "No timed update after it: the customer hears with each status change",
                "之后无定时通报，状态变更时告知客户",
            )
        if clock.state is State.PAUSED:
            return self._resting(after, clock)
        if clock.due is None:
            return Text("No update is due after it", "之后没有通报期限")
        by = self.moment(clock.due)
        return Text(f"Next update then by {by.en}", f"下次进展通报不晚于{by.zh}")

    def _resting(self, after: Result, clock: Clock) -> Text:
        why = (
            Text("while it is solved", "解决期间")
            if after.status is Status.SOLVED
            else Text("while you wait on the customer", "等待客户期间")
        )
        if clock.left is None:
            return Text(f"Updates rest {why.en}", f"{why.zh}暂停通报")
        left = full_length(clock.left)
        return Text(f"Updates rest {why.en}, with {left.en} left", f"{why.zh}暂停通报，余 {left.zh}")

    # ---- what moves the dues ----

    def change(self, *events: tuple[Kind, dict[str, Any]]) -> Text:
        """How the dues move if these happen now."""
        return self.moved(self.now, self.supposing(*events))

    def moved(self, before: Result, after: Result) -> Text:
        said = [self._reply_moved(before.owed, after.owed, after)]
        if not after.is_live:
            said.append(Text("Nothing runs on", "不再计时") if before.update or before.owed else None)
        else:
            said.append(self._update_moved(before.update, after.update, after))
        known = [one for one in said if one is not None]
        return joined(*known) if known else Text("No promise moves.", "不影响任何期限。")

    def _reply_moved(self, old: Clock | None, new: Clock | None, after: Result) -> Text | None:
        if old is None:
            return self._owed_then(new)
        if new is None:
            ended = after.clocks[self.now.clocks.index(old)] if old in self.now.clocks else None
            if ended and ended.state is State.MISSED:
                return Text("The reply is owed no more; its miss stays on record", "不再欠复，超时记录保留")
            return Text("The reply is owed no more", "不再欠复")
        if old.state is State.MISSED:
            return Text("The reply is past due already; a miss stays a miss", "回复已超时，记录保留")
        return self._due_moved(Text("Reply", "回复"), old.due, new.due)

    def _owed_then(self, new: Clock | None) -> Text | None:
        if new is None:
            return None
        if new.due is None:
            return Text("A reply is owed then", "此后欠一次回复")
        by = self.moment(new.due)
        return Text(f"A reply is owed then, due {by.en}", f"此后欠一次回复，期限 {by.zh}")

    def _update_moved(self, old: Clock | None, new: Clock | None, after: Result) -> Text | None:
        if new is None:
            none = Text(
                "No timed update: the customer hears with each status change",
                "不再定时通报，状态变更时告知客户",
            )
            return none if old else None
        if new.state is State.PAUSED:
            if old is not None and old.state is State.PAUSED and old.left == new.left:
                return Text("Updates stay paused", "通报仍暂停")
            return self._resting(after, new)
        if old is None or old.due is None:
            by = self.moment(new.due) if new.due else None
            return Text(f"Update due {by.en}", f"进展通报期限 {by.zh}") if by else None
        return self._due_moved(Text("Update", "进展通报"), old.due, new.due)

    def _due_moved(self, what: Text, old: datetime | None, new: datetime | None) -> Text:
        if old == new or new is None or old is None:
            if new is None:
                return Text(f"{what.en} without a due", f"{what.zh}无期限")
            by = self.moment(new)
            return Text(f"{what.en} stays due {by.en}", f"{what.zh}期限不变：{by.zh}")
        was, by = self.moment(old), self.moment(new)
        return Text(f"{what.en} due {by.en} instead of {was.en}", f"{what.zh}期限由{was.zh} 改为{by.zh}")


def joined(*said: Text) -> Text:
    """Sentences in a row."""
    return Text(". ".join(one.en for one in said) + ".", "；".join(one.zh for one in said) + "。")
