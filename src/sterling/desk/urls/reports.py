"""Enhanced reports."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_reports

urlpatterns: list[URLPattern] = [
    path("reports/", views_reports.report_list, name="reports"),
    path("reports/new", views_reports.new_report, name="report_new"),
    path("reports/<int:report>/", views_reports.report_page, name="report"),
    path("reports/<int:report>/words", views_reports.words, name="report_words"),
    path("reports/<int:report>/publish", views_reports.publish, name="report_publish"),
    path("reports/<int:report>/clocks.csv", views_reports.clocks, name="report_clocks"),
    path("reports/<int:report>/en.pdf", views_reports.paper, {"language": "en"}, name="report_en"),
    path("reports/<int:report>/zh.pdf", views_reports.paper, {"language": "zh"}, name="report_zh"),
]
