"""What goes in and out in general: strict bodies, instants as text, short references to people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from sterling.core.clocks.documents import instant

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact, Organization
    from sterling.core.text import Text

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="UTC, RFC 3339.")]
Line = Annotated[str, Field(max_length=500)]
Prose = Annotated[str, Field(max_length=1_000_000)]
Reason = Annotated[str, Field(max_length=2000)]
Short = Annotated[str, Field(max_length=40)]
Address = Annotated[str, Field(max_length=254, description="A mail address.")]
Ref = Annotated[str, Field(max_length=40, description="An opaque id.")]
EARLIEST, LATEST = date(1970, 1, 1), date(9000, 1, 1)
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST, description="A date in the organization's region.")]
Item = TypeVar("Item")


class In(BaseModel):
    """A body: a field that is not known is refused, since input that is ignored is a trap."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """An answer."""


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Words(Out):
    en: str
    zh: str


class OrganizationRef(Out):
    id: str
    name: str


class PersonRef(Out):
    id: str
    name: str
    email: str


def organization_ref(organization: Organization) -> dict[str, Any]:
    return {"id": str(organization.pk), "name": organization.name}


def contact_ref(contact: Contact) -> dict[str, Any]:
    return {"id": str(contact.pk), "name": contact.name, "email": contact.email}


def agent_ref(agent: Agent | None) -> dict[str, Any] | None:
    return None if agent is None else {"id": str(agent.pk), "name": agent.name, "email": agent.user.email}


def words(text: Text) -> dict[str, str]:
    return text.as_dict()


def at(moment: datetime | None) -> str | None:
    return instant(moment)
