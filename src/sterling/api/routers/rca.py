"""Root-cause analyses: what is owed and due, what is written, signed off and published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.api.etags import require_match, tag
from sterling.api.lookups import engineer, named_agent
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, PersonRef, Reason, Ref, agent_ref, at
from sterling.core import rca as core
from sterling.core.rca import Edition, Move
from sterling.premium.rca import editions, moving, queries, writing
from sterling.premium.rca.access import action_for, analysis_for, published_for, to_write
from sterling.tickets.access import ticket_for

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.premium.rca.models import Action, Published, Rca

router = Router(tags=["Root-cause analyses"])


class EditionOut(Out):
    edition: str = Field(description="preliminary or final.")
    due: Instant | None = Field(description="Null while neither workaround nor resolution is there.")
    published_at: Instant | None
    state: str = Field(description="waiting, running, met or missed.")


class PartOut(Out):
    value: dict[str, Any]
    version: int = Field(description="0: nobody has written it.")
    changed_at: Instant | None
    changed_by: str


class ActionOut(Out):
    id: str
    text: str
    kind: str = Field(description="fix, detect, mitigate or process.")
    owner: PersonRef | None
    due: date | None
    state: str = Field(description="open, doing, done or dropped.")
    verification: str
    version: int


class LineOut(Out):
    at: Instant
    what: str = Field(
        description="reported, confirmed, first_response, workaround, resolved, …; empty by hand."
    )
    en: str
    zh: str
    by_hand: bool


class PublishedOut(Out):
    number: int
    edition: str
    published_at: Instant
    author: str
    reviewer: str
    content: dict[str, Any] = Field(description="All that it says, as it was published.")


class RcaOut(Out):
    ticket: int
    state: str = Field(description="open, draft, review, published, tracked or closed.")
    because: str = Field(description="plan, or exception: a manager granted it.")
    owed_since: Instant
    starts_at: Instant | None = Field(description="From where the days count.")
    started_by: str = Field(description="workaround or resolved.")
    editions: list[EditionOut]
    published: list[PublishedOut] = Field(description="The latest first.")
    owner: PersonRef | None
    author: PersonRef | None = Field(description="Who sent it to review.")
    note: str = Field(description="What the reviewer sent it back with.")
    version: int
    parts: dict[str, PartOut] = Field(description="For staff: what is written now.")
    timeline: list[LineOut] = Field(description="For staff: told by the log, with lines by hand.")
    actions: list[ActionOut] = Field(description="For staff.")
    moves: list[str] = Field(description="For staff: what you may do now.")
    missing: list[str] = Field(description="For staff: what the next edition still needs.")


def action_out(action: Action) -> dict[str, Any]:
    return {
        "id": str(action.pk),
        "text": action.text,
        "kind": action.kind,
        "owner": agent_ref(action.owner),
        "due": action.due,
        "state": action.state,
        "verification": action.verification,
        "version": action.version,
    }


def published_out(one: Published) -> dict[str, Any]:
    return {
        "number": one.number,
        "edition": one.edition,
        "published_at": at(one.at),
        "author": one.author,
        "reviewer": one.reviewer,
        "content": one.content,
    }


def rca_out(viewer: Viewer, rca: Rca, now: datetime, language: str) -> dict[str, Any]:
    """A customer reads what is promised and what was published; what is being written is the staff's."""
    said: dict[str, Any] = {
        "ticket": rca.ticket.number,
        "state": rca.state,
        "because": rca.because,
        "owed_since": at(rca.owed_since),
        "starts_at": at(rca.starts_at),
        "started_by": rca.started_by,
        "editions": [
            {
                "edition": one.edition.value,
                "due": at(one.due),
                "published_at": at(one.published_at),
                "state": one.state(now),
            }
            for one in queries.clocks(rca)
        ],
        "published": [published_out(one) for one in queries.editions(rca)],
        "owner": None,
        "author": None,
        "note": "",
        "version": rca.version,
        "parts": {},
        "timeline": [],
        "actions": [],
        "moves": [],
        "missing": [],
    }
    if viewer.agent is None:
        return said
    written, actions = queries.parts(rca), queries.actions(rca)
    document = queries.document(written)
    standing = moving.standing(rca, queries.unsettled(actions))
    manages = moving.manages(viewer.agent)
    return said | {
        "owner": agent_ref(rca.owner),
        "author": agent_ref(rca.author),
        "note": rca.note,
        "parts": {name: _part(name, written.get(name)) for name in core.PARTS},
        "timeline": [
            {"at": at(one.at), "what": one.what, **one.text.as_dict(), "by_hand": one.by_hand}
            for one in editions.lines_of(rca)
        ],
        "actions": [action_out(one) for one in actions],
        "moves": [one.value for one in core.moves(standing, by=viewer.agent.pk, manages=manages)],
        "missing": [one.to(language) for one in core.missing(document, moving.towards(rca), len(actions))],
    }


def _part(name: str, part: Any) -> dict[str, Any]:
    if part is None:
        return {"value": core.empty(name), "version": 0, "changed_at": None, "changed_by": ""}
    return {
        "value": part.value,
        "version": part.version,
        "changed_at": at(part.changed_at),
        "changed_by": part.changed_by,
    }


def _again(request: ApiRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    rca = analysis_for(request.viewer, number, request.at)
    tag(response, rca.version)
    return rca_out(request.viewer, rca, request.at, request.language)


@router.get("/tickets/{number}/rca", response=RcaOut)
def get_rca(request: ApiRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    """The ticket's root-cause analysis. 403 where the plan includes none; 404 where none is owed (yet).

    Customers' confirmed people read its dates and what was published.
    """
    return _again(request, response, number)


class RcaIn(In):
    owner: Ref | None = Field(description="An engineer's id, or null for nobody.")


@router.patch("/tickets/{number}/rca", response=RcaOut)
def give_rca(request: ApiRequest, response: HttpResponse, number: str, body: RcaIn) -> dict[str, Any]:
    """Whose it is: they are the first to hear of its alarms."""
    rca = to_write(request.viewer, number, request.at)
    require_match(request, rca.version)
    to = named_agent(body.owner, "owner") if body.owner is not None else None
    moving.give(rca=rca, to=to, at=request.at, by=request.viewer.actor)
    return _again(request, response, number)


class GrantIn(In):
    reason: Reason


@router.post("/tickets/{number}/rca/grant", response={201: RcaOut})
def grant_rca(request: ApiRequest, response: HttpResponse, number: str, body: GrantIn) -> dict[str, Any]:
    """A manager's exception: owe an analysis that the plan does not, on record with its reason."""
    ticket = ticket_for(request.viewer, number)
    agent = engineer(request.viewer)
    moving.grant(ticket=ticket, reason=body.reason, agent=agent, at=request.at, by=request.viewer.actor)
    return _again(request, response, number)


class PartIn(In):
    value: dict[str, Any] = Field(description="The fields of the part; what is left out is empty.")
    knows: int = Field(0, description="The version that you read; 0: nobody had written it.")


@router.put("/tickets/{number}/rca/parts/{part}", response=RcaOut)
def put_rca_part(
    request: ApiRequest, response: HttpResponse, number: str, part: str, body: PartIn
) -> dict[str, Any]:
    """Write one part. 409 `clash` with `yours` and `theirs` where somebody saved it meanwhile: nothing is overwritten."""
    rca = to_write(request.viewer, number, request.at)
    saved = writing.keep_part(
        rca=rca,
        name=part,
        value=body.value,
        knows=body.knows,
        agent=engineer(request.viewer),
        at=request.at,
        by=request.viewer.actor,
    )
    writing.told(saved)
    return _again(request, response, number)


class ActionIn(In):
    text: str = Field(max_length=1000)
    kind: str = Field(max_length=20, description="fix, detect, mitigate or process.")
    owner: Ref | None = None
    due: date | None = None
    state: str = Field("open", max_length=20, description="open, doing, done or dropped.")
    verification: str = Field(
        "", max_length=1000, description="How it was seen to work, or why it was dropped."
    )


class ActionPatch(In):
    text: str | None = Field(None, max_length=1000)
    kind: str | None = Field(None, max_length=20)
    owner: Ref | None = None
    due: date | None = None
    state: str | None = Field(None, max_length=20)
    verification: str | None = Field(None, max_length=1000)


@router.post("/tickets/{number}/rca/actions", response={201: ActionOut})
def add_rca_action(request: ApiRequest, number: str, body: ActionIn) -> dict[str, Any]:
    """A corrective action, while it is a draft."""
    rca = to_write(request.viewer, number, request.at)
    owner = named_agent(body.owner, "owner") if body.owner is not None else None
    doing = writing.Doing(body.text, body.kind, owner, body.due, body.state, body.verification)
    made = writing.add_action(
        rca=rca, doing=doing, agent=engineer(request.viewer), at=request.at, by=request.viewer.actor
    )
    return action_out(made)


@router.patch("/tickets/{number}/rca/actions/{action_id}", response=ActionOut)
def change_rca_action(
    request: ApiRequest, response: HttpResponse, number: str, action_id: str, body: ActionPatch
) -> dict[str, Any]:
    """How far it is and how it was verified; in a draft also what is to be done."""
    rca = to_write(request.viewer, number, request.at)
    action = action_for(request.viewer, rca, action_id)
    require_match(request, action.version)
    changed = body.model_dump(exclude_unset=True)
    if changed.get("owner") is not None:
        changed["owner"] = named_agent(changed["owner"], "owner")
    changed = {
        name: value for name, value in changed.items() if value is not None or name in {"owner", "due"}
    }
    made = writing.change_action(
        action=action,
        doing=writing.doing_of(action, **changed),
        agent=engineer(request.viewer),
        at=request.at,
        by=request.viewer.actor,
    )
    tag(response, made.version)
    return action_out(made)


class SubmitIn(In):
    edition: Literal["preliminary", "final"] | None = Field(
        None, description="Default: preliminary until something was published, then final."
    )


@router.post("/tickets/{number}/rca/review", response=RcaOut)
def submit_rca(request: ApiRequest, response: HttpResponse, number: str, body: SubmitIn) -> dict[str, Any]:
    """To a second pair of eyes. 422 names what the edition still needs."""
    rca = to_write(request.viewer, number, request.at)
    moving.submit(
        rca=rca,
        edition=Edition(body.edition) if body.edition else None,
        agent=engineer(request.viewer),
        at=request.at,
        by=request.viewer.actor,
    )
    return _again(request, response, number)


class ReturnIn(In):
    reason: str = Field(max_length=1000, description="What is missing.")


@router.post("/tickets/{number}/rca/return", response=RcaOut)
def return_rca(request: ApiRequest, response: HttpResponse, number: str, body: ReturnIn) -> dict[str, Any]:
    """Back to the draft, with what is missing."""
    rca = to_write(request.viewer, number, request.at)
    moving.send_back(
        rca=rca,
        reason=body.reason,
        agent=engineer(request.viewer),
        at=request.at,
        by=request.viewer.actor,
    )
    return _again(request, response, number)


class PublishIn(In):
    names_checked: bool = Field(False, description="You looked at what may name other customers. On record.")


@router.post("/tickets/{number}/rca/publish", response=RcaOut)
def publish_rca(request: ApiRequest, response: HttpResponse, number: str, body: PublishIn) -> dict[str, Any]:
    """Sign it off: the customer reads it from now on, and it never changes. 409 for whoever sent it to review."""
    rca = to_write(request.viewer, number, request.at)
    moving.publish(
        rca=rca,
        names_checked=body.names_checked,
        agent=engineer(request.viewer),
        at=request.at,
        by=request.viewer.actor,
    )
    return _again(request, response, number)


def _moved(request: ApiRequest, response: HttpResponse, number: str, to: Move) -> dict[str, Any]:
    rca = to_write(request.viewer, number, request.at)
    moving.move(rca=rca, to=to, agent=engineer(request.viewer), at=request.at, by=request.viewer.actor)
    return _again(request, response, number)


@router.post("/tickets/{number}/rca/revise", response=RcaOut)
def revise_rca(request: ApiRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    """Back to a draft, towards the next edition; what was published stays."""
    return _moved(request, response, number, Move.REVISE)


@router.post("/tickets/{number}/rca/track", response=RcaOut)
def track_rca(request: ApiRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    """The final edition is out; its corrective actions are followed."""
    return _moved(request, response, number, Move.TRACK)


@router.post("/tickets/{number}/rca/close", response=RcaOut)
def close_rca(request: ApiRequest, response: HttpResponse, number: str) -> dict[str, Any]:
    """Every action is done and verified, or dropped. By its owner or a lead."""
    return _moved(request, response, number, Move.CLOSE)


class PaperQuery(In):
    language: Literal["en", "zh"] = "en"


@router.get("/tickets/{number}/rca/editions/{edition}", response=PublishedOut)
def get_rca_edition(request: ApiRequest, number: str, edition: str) -> dict[str, Any]:
    """One edition as it was published."""
    return published_out(published_for(request.viewer, number, edition))


@router.get("/tickets/{number}/rca/editions/{edition}/pdf", response=None)
def get_rca_paper(request: ApiRequest, number: str, edition: str, query: Query[PaperQuery]) -> HttpResponse:
    """One edition as a PDF, its headings in `language`."""
    found = published_for(request.viewer, number, edition)
    answer = HttpResponse(editions.paper(found.content, query.language), content_type="application/pdf")
    name = editions.file_name(found.content, query.language)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
