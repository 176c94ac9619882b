"""The enhanced report: made on demand, put in words, published; its figures, the clocks behind them, the paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.api.paging import Order, Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import Day, In, Instant, Out, Page, Prose, Short, at
from sterling.base.errors import Conflict
from sterling.core.text import Text
from sterling.reports import actions
from sterling.reports.access import report_for, reporting_for, reports_of
from sterling.reports.models import Report
from sterling.reports.table import clocks_csv

router = Router(tags=["Reports"])
NEWEST = Order("newest", ("id",), descending=True)


class ReportIn(In):
    from_: Day = Field(alias="from", description="The first day, in the organization's region.")
    to: Day = Field(description="The last day, included. One that is ahead: as far as it has come.")
    language: Short | None = Field(None, description="en or zh; the organization's, where none is given.")


class ReportRow(Out):
    id: str
    organization: str
    from_: date = Field(alias="from")
    to: date = Field(description="The last day, included.")
    until: Instant = Field(description="The log was read up to here.")
    language: str
    plan: str
    catalog_versions: list[int] = Field(description="Those that the tickets of the period were promised by.")
    state: str = Field(description="draft or published.")
    made_at: Instant
    made_by: str
    published_at: Instant | None
    published_by: str
    summary: str
    asks: str
    aim: float | None = Field(description="The share that is aimed for, in percent.")
    causes: dict[str, str] = Field(description="What people wrote on a miss, by its key.")


class ReportOut(ReportRow):
    figures: dict[str, Any] = Field(
        description=(
            "Every figure of the page and the paper: attainment (kept, n, rate, the 95 % interval, few where n is "
            "under 5), misses with their facts, volumes, backlog, resolution, hours, contacts, tickets. Times are "
            "in seconds."
        )
    )


def row_out(report: Report) -> dict[str, Any]:
    return {
        "id": str(report.pk),
        "organization": str(report.organization_id),
        "from": report.first,
        "to": report.last,
        "until": at(report.until),
        "language": report.language,
        "plan": report.plan,
        "catalog_versions": report.catalog_versions,
        "state": report.state,
        "made_at": at(report.made_at),
        "made_by": report.made_by,
        "published_at": at(report.published_at),
        "published_by": report.published_by,
        "summary": report.summary,
        "asks": report.asks,
        "aim": None if report.aim is None else float(report.aim),
        "causes": report.causes,
    }


def report_out(report: Report) -> dict[str, Any]:
    return {**row_out(report), "figures": report.figures}


@router.get("/organizations/{organization_id}/reports", response=Page[ReportRow], by_alias=True)
def list_reports(request: ApiRequest, organization_id: str, window: Query[Window]) -> dict[str, Any]:
    """The newest first. Customers see what was published. Refused where the plan has none and none was made."""
    _, found = reports_of(request.viewer, organization_id, request.at)
    return page(found.order_by(), window, row_out, NEWEST)


@router.post("/organizations/{organization_id}/reports", response={201: ReportOut}, by_alias=True)
def make_report(request: ApiRequest, organization_id: str, body: ReportIn) -> dict[str, Any]:
    """A draft with every figure of these days, both included. The figures never change; a later one is another report."""
    access.staff(request.viewer)
    organization = reporting_for(request.viewer, organization_id, request.at)
    made = actions.make_report(
        organization=organization,
        first=body.from_,
        last=body.to,
        language=body.language,
        at=request.at,
        by=request.viewer.actor,
    )
    return report_out(made)


@router.get("/organizations/{organization_id}/reports/{report_id}", response=ReportOut, by_alias=True)
def get_report(request: ApiRequest, organization_id: str, report_id: str) -> dict[str, Any]:
    return report_out(report_for(request.viewer, organization_id, report_id))


class ReportWords(In):
    summary: Prose | None = None
    asks: Prose | None = None
    aim: float | None = Field(None, description="In percent.")
    language: Short | None = None
    causes: dict[str, Prose] | None = Field(
        None, description="By the key of a miss; an empty one brings the log's own facts back."
    )


@router.patch("/organizations/{organization_id}/reports/{report_id}", response=ReportOut, by_alias=True)
def edit_report(
    request: ApiRequest, organization_id: str, report_id: str, body: ReportWords
) -> dict[str, Any]:
    """What people add to a draft: summary, asks, the aim, the cause of each miss."""
    access.staff(request.viewer)
    words = actions.Words(
        summary=body.summary,
        asks=body.asks,
        aim=None if body.aim is None else str(body.aim),
        causes=body.causes,
        language=body.language,
    )
    found = report_for(request.viewer, organization_id, report_id)
    actions.edit_report(report=found, words=words, at=request.at, by=request.viewer.actor)
    return report_out(report_for(request.viewer, organization_id, report_id))


@router.post(
    "/organizations/{organization_id}/reports/{report_id}/publish", response={201: ReportOut}, by_alias=True
)
def publish_report(request: ApiRequest, organization_id: str, report_id: str) -> dict[str, Any]:
    """The organization's confirmed contacts see it in the portal from now on; it changes no more. For leads."""
    access.with_role(request.viewer, Role.LEAD)
    found = report_for(request.viewer, organization_id, report_id)
    actions.publish_report(report=found, at=request.at, by=request.viewer.actor)
    return report_out(report_for(request.viewer, organization_id, report_id))


@router.get("/organizations/{organization_id}/reports/{report_id}/clocks.csv", url_name="report-clocks")
def report_clocks(request: ApiRequest, organization_id: str, report_id: str) -> HttpResponse:
    """The clocks behind the figures, one a line: what fell due in the period, kept or late."""
    found = report_for(request.viewer, organization_id, report_id)
    if "clocks" not in found.figures:
        raise Conflict(Text("This report has no list of clocks.", "本报告没有时钟明细。"))
    answer = HttpResponse(clocks_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="report-{found.pk}-clocks.csv"'
    return answer
