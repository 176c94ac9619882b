"""The first page: how many promises were kept, each against its target, and what was late and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.reports.shown import dots

if TYPE_CHECKING:
    from decimal import Decimal

    from sterling.reports.models import Report
    from sterling.reports.shown.speech import Speech

_COUNTS_EN = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
TREND = {"width": 206, "height": 104}
_TOP, _BOTTOM = 26.0, 74.0
_ROOM = 1.5  # percent of air above and below the line


def headline(report: Report, speech: Speech) -> dict[str, Any]:
    """`127 of 131 promises were kept this quarter.`; in two lines, of parts in bold or not."""
    kept = report.figures["attainment"]["kept"]
    quarter = speech.say("this quarter", "本季度")
    if not report.is_quarter:
        quarter = speech.say("in this period", "本期间")
    if not kept["n"]:
        text = speech.say(f"No promise fell due {quarter}.", f"{quarter}没有到期的承诺。")
        return {"lines": [[_part(text)]], "lead": ""}
    lead, one = _lead(report, speech), kept["n"] == 1
    if speech.language == "zh":
        lines = [
            [_part(f"{quarter} {kept['n']} 项承诺，")],
            [_part(f"{kept['kept']} 项", bold=True), _part("按时兑现。")],
        ]
        return {"lines": lines, "lead": "".join(lead)}
    first = [_part(f"{kept['kept']} of {kept['n']}", bold=True), _part(" promise" if one else " promises")]
    return {
        "lines": [first, [_part(f"{'was' if one else 'were'} kept {quarter}.")]],
        "lead": " ".join(lead),
    }


def _part(text: str, *, bold: bool = False) -> dict[str, Any]:
    return {"text": text, "bold": bold}


def _lead(report: Report, speech: Speech) -> list[str]:
    kept = report.figures["attainment"]["kept"]
    late, found = kept["late"], []
    rate = speech.percent(kept["rate"])
    if kept["few"]:
        found.append(
            speech.say(
                f"With only {kept['n']} a percentage would say little.",
                f"仅 {kept['n']} 项，百分比参考意义有限。",
            )
        )
    elif report.aim is not None:
        found.append(_against(rate, kept["rate"], report.aim, speech))
    else:
        found.append(speech.say(f"{rate}.", f"按时率 {rate}。"))
    if not kept["few"]:
        low, high = (speech.percent(end) for end in kept["interval"])
        found.append(speech.say(f"(95 % interval: {low} to {high}.)", f"（95% 置信区间 {low} 至 {high}。）"))
    if late:
        many = _COUNTS_EN[late] if late < len(_COUNTS_EN) else str(late)
        found.append(
            speech.say(
                f"{many} {'was' if late == 1 else 'were'} late; "
                f"{'its cause is' if late == 1 else 'each has its cause'} below.",
                f"{late} 项超时，原因逐条列在下方。",
            )
        )
    else:
        found.append(speech.say("None was late.", "没有超时。"))
    return found


def _against(rate: str, value: float, aim: Decimal, speech: Speech) -> str:
    wanted, share = f"{aim.normalize():f}", float(aim) / 100
    if value > share:
        return speech.say(
            f"{rate}, above the {wanted} % that we aim for.", f"按时率 {rate}，高于 {wanted}% 的目标。"
        )
    if value == share:
        return speech.say(f"{rate}, just what we aim for.", f"按时率 {rate}，达到目标。")
    return speech.say(
        f"{rate}, below the {wanted} % that we aim for.", f"按时率 {rate}，低于 {wanted}% 的目标。"
    )


def trend(report: Report, speech: Speech) -> dict[str, Any] | None:
    """The rates of the last four, where there are at least two; a rate of few stands open and says so."""
    all_of = report.figures["quarters"]
    known = [one for one in all_of if one["rate"] is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line needs two
        return None
    aim = None if report.aim is None else float(report.aim)
    values = [one["rate"] * 100 for one in known] + ([aim] if aim is not None else [])
    low, high = float(min(values)) - _ROOM, min(101.0, float(max(values)) + _ROOM)

    def y(percent: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * (percent - low) / (high - low), 1)

    step = 144 / max(1, len(known) - 1)
    points = [
        {
            "x": round(22 + step * place, 1),
            "y": y(one["rate"] * 100),
            "value": speech.percent(one["rate"]).rstrip("\u00a0%"),
            "name": _short(speech.to(one["name"])),
            "below": aim is not None and one["rate"] * 100 < aim,
            "last": one is known[-1],
            "n": one["n"],
            "few": one["few"],
        }
        for place, one in enumerate(known)
    ]
    return {
        **TREND,
        "title": speech.say(f"Kept, last {len(known)} in percent", f"近 {len(known)} 期按时率"),
        "points": points,
        "aim": None if aim is None else {"y": y(aim), "words": speech.say(f"aim {aim:g}", f"目标 {aim:g}")},
        "description": speech.say("Share kept: ", "按时率：")
        + speech.say(", ", "，").join(
            f"{speech.to(one['name'])} {speech.percent(one['rate'])} ({speech.of_all(one['kept'], one['n'])})"
            for one in known
        ),
    }


def _short(name: str) -> str:
    """`Q3` of a quarter; else as it is, cut to what fits under a point."""
    return next((word for word in name.split() if word.startswith("Q")), name[:8])


def groups(report: Report, speech: Speech) -> dict[str, Any]:
    """Replies and updates by priority, the organization's own plan first."""
    rows = report.figures["attainment"]["rows"]
    shown = [row for row in rows if row["metric"] in {"response", "update"}]
    with_dots = sum(len(row["used"]) for row in shown) < dots.FEW_DOTS
    found = []
    for metric, title in (
        ("response", speech.say("Reply", "回复")),
        ("update", speech.say("Update", "进展通报")),
    ):
        for plan in dict.fromkeys(row["plan"] for row in shown if row["metric"] == metric):
            of = [row for row in shown if row["metric"] == metric and row["plan"] == plan]
            other = "" if plan == report.plan else speech.plan(plan)
            name = speech.say(f"{title}, served as {other}", f"{title}（按{other}服务）") if other else title
            found.append({"title": name, "rows": [_row(row, speech, with_dots=with_dots) for row in of]})
    return {
        "groups": found,
        "dotted": with_dots,
        "marks": dots.MARKS,
        "legend": speech.say(
            "each dot is one promise, placed by the share of its target it used",
            "每个点是一项承诺，位置表示用掉了目标时间的几成",
        )
        if with_dots
        else speech.say(
            "promises by the share of their target that they used", "承诺按用掉目标时间的比例分布"
        ),
    }


def _row(row: dict[str, Any], speech: Speech, *, with_dots: bool) -> dict[str, Any]:
    drawn = (dots.dots if with_dots else dots.bars)(row["used"], row["late"]) if row["used"] else None
    median = "" if row["median"] is None else speech.time(row["median"])
    if row["median_at"]:
        median = speech.say(f"at {row['median_at']}", row["median_at"])
    note = ""
    if drawn is None:
        note = (
            speech.say(
                f"{row['late']} of the status changes came without a written message",
                f"{row['late']} 次状态变更没有附文字说明",
            )
            if row["late"]
            else speech.say("every status change came with a written message", "每次状态变更均附有文字说明")
        )
    return {
        "priority": speech.priority(row["priority"]),
        "rank": speech.rank(row["priority"]),
        "target": " / ".join(speech.to(one) for one in row["targets"]) or "–",
        "drawn": drawn,
        "note": note,
        "median": median,
        "kept": speech.of_all(row["kept"], row["n"]),
        "is_late": row["late"] > 0,
    }


def misses(report: Report, speech: Speech) -> list[dict[str, Any]]:
    """What was late, and why: in people's words, else what the log tells."""
    kinds = {"update": speech.say("update", "通报")}
    found = []
    for miss in report.figures["misses"]:
        facts = [speech.to(fact) for fact in miss["facts"]]
        kind = kinds.get(miss["metric"], speech.say("reply", "回复"))
        told = (" " if speech.language == "en" else "").join(facts)
        found.append(
            {
                "key": miss["key"],
                "day": speech.day(miss["due"]),
                "ticket": miss["ticket"],
                "subject": miss["subject"],
                "kind": speech.say(
                    f"{speech.priority(miss['priority'])} {kind}",
                    f"{speech.priority(miss['priority'])}・{kind}",
                ),
                "over": speech.late(miss["late_by"]),
                "waits": miss["answered"] is None,
                "typed": report.causes.get(miss["key"], ""),
                "told": told,
                "cause": report.causes.get(miss["key"]) or told,
            }
        )
    return found
