"""Service hours by mail: what customers are to decide or agree to, and what lapses soon, to them and to our leads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sterling.accounts import queries as people
from sterling.accounts.models import Role
from sterling.base.formats import full_moment
from sterling.channels.email import premium_letters
from sterling.channels.email.models import StaffMail
from sterling.core.text import Text
from sterling.premium.hours import notices
from sterling.tickets.identity import new_message_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.channels.email.models import PremiumLetter
    from sterling.premium.hours.models import Draw, HoursNotice, ServicePlan

MOST = 500
HOUR = timedelta(hours=1)


@transaction.atomic
def write(*, at: datetime) -> int:
    """Write the letters that nobody was sent; how many. Again is harmless."""
    draws, offers = notices.draws_to_mail(MOST), notices.plans_to_mail(MOST)
    lapses = notices.to_mail(MOST)
    found: list[PremiumLetter] = []
    for draw in draws:
        found += _about_draw(draw, at)
    for plan in offers:
        found += _about_plan(plan, at)
    for notice in lapses:
        found += _about_lapse(notice, at)
    premium_letters.keep(found)
    to_staff = _to_leads(lapses, at) if lapses else []
    StaffMail.objects.bulk_create(to_staff)
    notices.note_draws_mailed(draws, at)
    notices.note_plans_mailed(offers, at)
    notices.note_mailed(lapses, at)
    return len(found) + len(to_staff)


def _page() -> str:
    return f"{settings.BASE_URL.rstrip('/')}/hours"


def _deciding(organization_id: int, at: datetime) -> list[Contact]:
    """The customer's managers; where there is none, the named contacts."""
    managers = people.managers(organization_id).select_related("organization")
    return list(managers) or list(people.premium_contacts(organization_id, at).select_related("organization"))


def _about_draw(draw: Draw, at: datetime) -> list[PremiumLetter]:
    hours, item, who = f"{draw.amount / HOUR:g}", draw.item_title, draw.asked_by
    until = full_moment(draw.silence_at, ZoneInfo(draw.organization.region.timezone))
    note = f"\n\n{draw.note}" if draw.note else ""
    subject = Text(
        f"{hours} service hours for {item}: do you agree?", f"请确认：“{item}”使用 {hours} 小时服务工时"
    )
    text = Text(
        f"{who} asks for {hours} service hours for {item}.{note}\n\n"
        f"Agree, or object with a reason, on {_page()}\n\n"
        f"Without an answer by {until.en} it counts as agreed.\n",
        f"{who} 申请为“{item}”使用 {hours} 小时服务工时。{note}\n\n"
        f"请在 {_page()} 确认，或说明理由提出异议。\n\n"
        f"{until.zh}前未答复，视为同意。\n",
    )
    return premium_letters.to_contacts(
        _deciding(draw.organization_id, at), f"draw:{draw.pk}", subject, text, at
    )


def _about_plan(plan: ServicePlan, at: datetime) -> list[PremiumLetter]:
    subject = Text("A service plan for you to agree to", "服务方案待您同意")
    text = Text(
        f"{plan.offered_by} wrote down what your service hours are for: version {plan.number}.\n\n"
        f"Read it and agree to it on {_page()}\n\nHours are drawn once there is a plan that both sides agreed to.\n",
        f"{plan.offered_by} 提交了服务方案第 {plan.number} 版，说明服务工时的用途。\n\n"
        f"请在 {_page()} 查看并确认。\n\n双方同意服务方案后，方可使用工时。\n",
    )
    managers = people.managers(plan.organization_id).select_related("organization")
    return premium_letters.to_contacts(managers, f"service-plan:{plan.pk}", subject, text, at)


def _about_lapse(notice: HoursNotice, at: datetime) -> list[PremiumLetter]:
    hours, day = f"{notice.left / HOUR:g}", notice.term_ends
    subject = Text(
        f"{hours} service hours lapse on {day:%-d %b %Y}",
        f"{hours} 小时服务工时将于 {day:%Y 年 %-m 月 %-d 日}失效",
    )
    text = Text(
        f"{hours} of your service hours are left, and lapse on {day:%-d %b %Y}, within {notice.days} days. "
        f"Hours do not pass into the next term.\n\n{_page()}\n",
        f"贵组织尚余 {hours} 小时服务工时，将于 {day:%Y 年 %-m 月 %-d 日}失效，不足 {notice.days} 天。"
        f"未用工时不结转至下一期。\n\n{_page()}\n",
    )
    deciding = _deciding(notice.organization_id, at)
    return premium_letters.to_contacts(deciding, f"lapse:{notice.pk}", subject, text, at)


def _to_leads(lapses: Sequence[HoursNotice], at: datetime) -> list[StaffMail]:
    """One mail a person, however many terms end."""
    subject = Text("Service hours lapse soon", "服务工时即将失效")
    lines = [_line(one) for one in lapses]
    link = f"{settings.BASE_URL.rstrip('/')}/desk/hours/"
    body = Text(
        "\n".join([*(one.en for one in lines), "", link]), "\n".join([*(one.zh for one in lines), "", link])
    )
    leads = people.agents().filter(role__in=[Role.ADMIN, Role.LEAD], is_active=True, user__is_active=True)
    return [
        StaffMail(
            agent=agent,
            to=agent.user.email,
            subject=subject.to(agent.user.language),
            text=body.to(agent.user.language),
            message_id=new_message_id(),
            created_at=at,
            next_attempt_at=at,
        )
        for agent in leads
    ]


def _line(notice: HoursNotice) -> Text:
    name, hours, day = notice.organization.name, f"{notice.left / HOUR:g}", notice.term_ends
    return Text(
        f"{name}: {hours} h lapse on {day:%-d %b %Y}, within {notice.days} days.",
        f"{name}：{hours} 小时将于 {day:%Y 年 %-m 月 %-d 日}失效，不足 {notice.days} 天。",
    )
