"""The guarded doors to people and organizations. Whoever asks is a Viewer; there is no other way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts.models import Agent, Contact, Organization, Region, Role, User
from sterling.base.actor import Actor, ActorKind
from sterling.base.errors import NotAllowed, NotYours
from sterling.base.prepared import Prepared
from sterling.core.text import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person: staff when `agent` is there, a customer when `contact` is."""

    user: User
    agent: Agent | None = None
    contact: Contact | None = None

    @property
    def actor(self) -> Actor:
        if self.agent:
            return Actor(ActorKind.AGENT, self.agent.pk, str(self.user))
        if self.contact:
            return Actor(ActorKind.CONTACT, self.contact.pk, str(self.contact))
        return Actor(ActorKind.SYSTEM, None, str(self.user))


def viewer_of(user: User, *, with_agent: bool = False) -> Viewer:
    """Staff first: an engineer who is also somebody's contact works as an engineer. Two queries.

    `with_agent`: the row was just read together with its agent, if it has one, and the agent's region.
    """
    if with_agent:
        agent = getattr(user, "agent", None)
        agent = agent if agent and agent.is_active else None
    else:
        agent = _AGENT.first(user.pk)
    return Viewer(user, agent, None if agent else _CONTACT.first(user.pk))


_AGENT = Prepared(
    lambda user: Agent.objects.select_related("user", "region").filter(user=user, is_active=True), int
)
_CONTACT = Prepared(
    lambda user: Contact.objects.select_related("organization__region", "region").filter(user=user), int
)


def staff(viewer: Viewer) -> Agent:
    """The viewer's agent, or a refusal that tells nothing."""
    if viewer.agent is None:
        raise NotYours
    return viewer.agent


def with_role(viewer: Viewer, *roles: Role) -> Agent:
    """Staff of one of these roles; an administrator may do what a lead may."""
    agent = staff(viewer)
    if agent.role not in roles and agent.role != Role.ADMIN:
        raise NotAllowed(
            Text(
                "Your role does not include this. An administrator can do it.",
                "您的角色没有这项权限，请联系管理员处理。",
            )
        )
    return agent


def organizations_for(viewer: Viewer) -> QuerySet[Organization]:
    if viewer.agent:
        return Organization.objects.select_related("region")
    if viewer.contact:
        return Organization.objects.select_related("region").filter(pk=viewer.contact.organization_id)
    return Organization.objects.none()


def organization_for(viewer: Viewer, ref: str | int) -> Organization:
    found = organizations_for(viewer).filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def region_for(viewer: Viewer, ref: str) -> Region:
    """A support region, for staff."""
    staff(viewer)
    found = Region.objects.filter(pk=ref).first()
    if found is None:
        raise NotYours
    return found


def contacts_for(viewer: Viewer) -> QuerySet[Contact]:
    """All for staff; for a confirmed contact the colleagues; for anyone else only themselves."""
    everyone = Contact.objects.select_related("organization__region", "region")
    if viewer.agent:
        return everyone
    if viewer.contact and viewer.contact.confirmed_at:
        return everyone.filter(organization_id=viewer.contact.organization_id)
    if viewer.contact:
        return everyone.filter(pk=viewer.contact.pk)
    return everyone.none()


def contact_for(viewer: Viewer, ref: str | int) -> Contact:
    found = _contact(viewer, row_id(ref))
    if found is None:
        raise NotYours
    return found


def _contact(viewer: Viewer, pk: int) -> Contact | None:
    """As `contacts_for`, for one; what staff ask for with every ticket has its SQL made once."""
    return _ANY_CONTACT.first(pk) if viewer.agent else contacts_for(viewer).filter(pk=pk).first()


_ANY_CONTACT = Prepared(
    lambda pk: Contact.objects.select_related("organization__region", "region").filter(pk=pk), int
)


def managed_by(viewer: Viewer) -> Contact:
    """The viewer as the manager of their own organization. NotAllowed: a colleague who is none."""
    contact = viewer.contact
    if contact is None:
        raise NotYours
    if not contact.is_manager or contact.confirmed_at is None:
        raise NotAllowed(
            Text(
                "Only a manager of your organization can do this. Ask one of them, or write to us.",
                "只有贵组织的管理员可以执行此操作。请联系管理员，或写信给我们。",
            )
        )
    return contact


MOST_DIGITS = 18  # what a row's number can have


def row_id(ref: str | int) -> int:
    """Ids are opaque strings outside; one that cannot be ours is simply not there."""
    text = str(ref)
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise NotYours
    return int(text)
