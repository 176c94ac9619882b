from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sterling.portal import (
    views,
    views_asking,
    views_escalating,
    views_hours,
    views_organization,
    views_rca,
    views_reports,
    views_sponsor,
)

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("new", views_asking.new_ticket, name="new"),
    path("new/suggestion", views_asking.suggestion, name="suggestion"),
    path("tickets/<str:number>/", views.ticket_page, name="ticket"),
    path("tickets/<str:number>/say", views.say, name="say"),
    path("tickets/<str:number>/solved", views.solved, name="solved"),
    path("tickets/<str:number>/priority", views_asking.priority, name="priority"),
    path("tickets/<str:number>/escalate", views_escalating.escalate, name="escalate"),
    path("tickets/<str:number>/take-over", views.take_over, name="take_over"),
    path("tickets/<str:number>/attachments/<int:attachment>", views.attachment, name="attachment"),
    path("analyses", views_rca.analyses, name="analyses"),
    path("tickets/<str:number>/rca/<int:edition>/", views_rca.edition, name="analysis"),
    path(
        "tickets/<str:number>/rca/<int:edition>/en.pdf",
        views_rca.paper,
        {"language": "en"},
        name="analysis_en",
    ),
    path(
        "tickets/<str:number>/rca/<int:edition>/zh.pdf",
        views_rca.paper,
        {"language": "zh"},
        name="analysis_zh",
    ),
    path("organization", views_organization.organization, name="organization"),
    path("organization/people/<str:contact>", views_organization.change_person, name="change_person"),
    path("hours", views_hours.hours_page, name="hours"),
    path("hours/statement.csv", views_hours.statement_file, name="hours_csv"),
    path("hours/draws/<str:draw>", views_hours.decide, name="hours_decide"),
    path("hours/service-plan/<str:version>/agree", views_hours.agree, name="hours_agree"),
    path("sponsor", views_sponsor.sponsor_page, name="sponsor"),
    path("sponsor/meeting.ics", views_sponsor.meeting_file, name="sponsor_ics"),
    path("reports/", views_reports.reports, name="reports"),
    path("reports/<str:report>/", views_reports.report, name="report"),
    path("reports/<str:report>/en.pdf", views_reports.paper, {"language": "en"}, name="report_en"),
    path("reports/<str:report>/zh.pdf", views_reports.paper, {"language": "zh"}, name="report_zh"),
    path("reports/<str:report>/clocks.csv", views_reports.clocks, name="report_clocks"),
    path("settings", views_organization.settings, name="settings"),
]
