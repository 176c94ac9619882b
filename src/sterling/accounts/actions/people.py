"""Staff, sign-in links and tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from sterling.accounts import checks, queries
from sterling.accounts.models import Agent, ApiToken, Contact, Role, SignInLink, User
from sterling.base import audit
from sterling.base.errors import Conflict, FieldError, Invalid
from sterling.base.prepared import Prepared
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.models import Region
    from sterling.base.actor import Actor

LINK_LIFE = timedelta(minutes=15)
MOST_OPEN = 1000
KEEP = -1  # a capacity that stays as it is


def digest(secret: str) -> str:
    """One fast hash: the secret is long and random, so that a slow one would only cost time."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_agent(
    *,
    name: str,
    email: str,
    role: str,
    region: Region | None,
    tier: int = 1,
    languages: Sequence[str] = (),
    skills: Sequence[str] = (),
    capacity: int | None = None,
    although_contact: bool = False,
    at: datetime,
    by: Actor,
) -> Agent:
    """A new engineer with a sign-in. Invalid: a bad field, the address is taken, or a customer's contact has it.

    `although_contact`: who asks knows that the contact will work as an engineer from then on.
    """
    address = checks.email_address(email)
    contact = queries.contact_by_email(address)
    if contact and not although_contact:
        raise Invalid.field(
            "email",
            f"This is the address of a contact of {contact.organization.name}, who would become staff and see "
            "every customer. Take another address.",
            f"这是{contact.organization.name}联系人的邮箱，继续将使其成为内部人员并能查看所有客户。请改用其他邮箱。",
        )
    if role not in Role.values:
        raise Invalid.field("role", "One of admin, lead, agent.", "可选 admin、lead、agent。")
    known = _checked(tier, languages, skills, capacity)
    user = queries.user_by_email(address)
    if user and Agent.objects.filter(user=user).exists():
        raise Invalid.field(
            "email", "An engineer with this address exists already.", "已有工程师使用该邮箱。"
        )
    if user is None:
        user = User.objects.create(email=address, name=checks.not_blank(name, "name"), created_at=at)
    agent = Agent.objects.create(
        user=user,
        role=role,
        region=region,
        tier=tier,
        languages=known[0],
        skills=known[1],
        capacity=capacity,
        created_at=at,
    )
    audit.record(
        at=at,
        actor=by,
        verb="agent_created",
        object_kind="agent",
        object_id=agent.pk,
        data={"role": role, "tier": tier},
    )
    return agent


@transaction.atomic
def change_agent(
    *,
    agent: Agent,
    region: Region | None = None,
    tier: int | None = None,
    languages: Sequence[str] | None = None,
    skills: Sequence[str] | None = None,
    capacity: int | None = KEEP,
    timezone: str | None = None,
    at: datetime,
    by: Actor,
) -> Agent:
    """What is given changes; a capacity of None is no limit. Shifts keep their hours on the wall of the zone that holds."""
    held = Agent.objects.select_for_update(of=("self",)).select_related("user", "region").get(pk=agent.pk)
    held.tier = held.tier if tier is None else tier
    held.region = held.region if region is None else region
    held.capacity = held.capacity if capacity == KEEP else capacity
    held.languages, held.skills = _checked(
        held.tier,
        held.languages if languages is None else languages,
        held.skills if skills is None else skills,
        held.capacity,
    )
    if timezone is not None:
        held.user.timezone = checks.zone_name(timezone) if timezone else ""
        held.user.save(update_fields=["timezone"])
    held.version += 1
    held.save(update_fields=["region", "tier", "languages", "skills", "capacity", "version"])
    data = {
        "region": held.region_id,
        "tier": held.tier,
        "languages": held.languages,
        "skills": held.skills,
        "capacity": held.capacity,
        "timezone": held.user.timezone,
    }
    audit.record(at=at, actor=by, verb="agent_changed", object_kind="agent", object_id=held.pk, data=data)
    return held


def faults(
    tier: int, languages: Sequence[str], skills: Sequence[str], capacity: int | None
) -> Iterator[FieldError]:
    """Whatever is wrong with what routing shall know of an engineer."""
    if not 1 <= tier <= 3:  # noqa: PLR2004 - the three tiers
        yield FieldError("tier", Text("A tier is 1, 2 or 3.", "级别为 1、2 或 3。"))
    for check, values in ((checks.languages, languages), (checks.skills, skills)):
        try:
            check(values)
        except Invalid as refused:
            yield from refused.errors
    if capacity is not None and not 1 <= capacity <= MOST_OPEN:
        said = Text(f"From 1 to {MOST_OPEN} open tickets, or none.", f"1 至 {MOST_OPEN} 个工单，或不限。")
        yield FieldError("capacity", said)


def _checked(
    tier: int, languages: Sequence[str], skills: Sequence[str], capacity: int | None
) -> tuple[list[str], list[str]]:
    """Languages and skills as they are stored."""
    wrong = list(faults(tier, languages, skills, capacity))
    if wrong:
        raise Invalid(*wrong)
    return checks.languages(languages), checks.skills(skills)


@transaction.atomic
def make_link(*, user: User, at: datetime, press: bool = False) -> str:
    """A secret that signs `user` in once within 15 minutes. `press`: opening it asks for one press first."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user, digest=digest(secret), created_at=at, expires_at=at + LINK_LIFE, press=press
    )
    return secret


def _usable(secret: str, at: datetime) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(
        digest=digest(secret), used_at=None, expires_at__gt=at, user__is_active=True
    )


def usable_link(*, secret: str, at: datetime) -> SignInLink | None:
    """The link, which is not used up by looking."""
    return _usable(secret, at).first()


def use_link(*, secret: str, at: datetime) -> User | None:
    """The user whose link this is, and the link is used up; None when it is unknown, used or too old."""
    if not _usable(secret, at).update(used_at=at):
        return None
    return User.objects.get(signinlink__digest=digest(secret))


def user_named(email: str, *, at: datetime) -> User | None:
    """The sign-in of a staff member or contact; a contact's is made when first needed."""
    user = queries.user_by_email(email)
    if user is None:
        contact = queries.contact_by_email(email)
        user = user_for_contact(contact=contact, at=at) if contact else None
    return user


def end_sessions(*, user: User) -> None:
    """Every browser in which this person is signed in has to sign in again."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)


@transaction.atomic
def user_for_contact(*, contact: Contact, at: datetime) -> User:
    """The contact's sign-in, made when first needed."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("user").get(pk=contact.pk)
    if contact.user:
        return contact.user
    # As written: another form may be another contact's.
    user = User.objects.filter(email=contact.email).first()
    if user is None:
        user = User.objects.create(
            email=contact.email,
            name=contact.name,
            language=contact.language,
            timezone=contact.timezone,
            created_at=at,
        )
    contact.user = user
    contact.save(update_fields=["user"])
    return user


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scopes: Sequence[str] = (),
    at: datetime,
    by: Actor,
    life: timedelta | None = None,
) -> str:
    """A bearer secret, shown once. No scope means all that the user may."""
    if not user.is_active:
        raise Conflict(Text("This person can no longer sign in.", "此人已停用，无法创建令牌。"))
    secret = f"sterling_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        name=checks.not_blank(name, "name", most=100),
        digest=digest(secret),
        scopes=list(scopes),
        created_at=at,
        expires_at=at + life if life else None,
    )
    audit.record(
        at=at, actor=by, verb="token_created", object_kind="token", object_id=token.pk, data={"user": user.pk}
    )
    return secret


def token_of(*, secret: str, at: datetime) -> ApiToken | None:
    """The living token with this secret, and its user with their agent.

    One indexed read; its use is noted at most once a minute.
    """
    token = _TOKEN.first(digest(secret))
    if token is None or (token.expires_at and token.expires_at <= at) or not token.user.is_active:
        return None
    if token.last_used_at is None or at - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


_TOKEN = Prepared(
    lambda digest: ApiToken.objects.select_related("user__agent__region").filter(
        digest=digest, revoked_at=None
    ),
    str,
)


def set_language(*, user: User, language: str) -> None:
    user.language = checks.language_code(language)
    user.save(update_fields=["language"])


def set_preferences(*, user: User, language: str, timezone: str) -> None:
    """How a person wants to read: a language, and a zone ("" for that of the region)."""
    user.language = checks.language_code(language)
    user.timezone = checks.zone_name(timezone) if timezone else ""
    user.save(update_fields=["language", "timezone"])
