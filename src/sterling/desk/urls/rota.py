"""Rota, coverage."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_engineer, views_rota

urlpatterns: list[URLPattern] = [
    path("rota/", views_rota.rota_page, name="rota"),
    path("rota/people/<str:agent>/", views_rota.person_page, name="rota_person"),
    path("rota/people/<str:agent>/change", views_engineer.engineer_change, name="engineer_change"),
    path("rota/shifts/new", views_rota.shift_new, name="shift_new"),
    path("rota/shifts/<str:shift>/", views_rota.shift_edit, name="shift"),
    path("rota/absences/new", views_rota.absence_new, name="absence_new"),
    path("rota/absences/<str:absence>/", views_rota.absence_edit, name="absence"),
    path("coverage/", views_rota.coverage_page, name="coverage"),
]
