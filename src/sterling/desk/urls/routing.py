"""Routing and who takes what."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_engineers

urlpatterns: list[URLPattern] = [
    path("engineers/", views_engineers.overview, name="engineers"),
    path("engineers/rules", views_engineers.rules, name="routing_rules"),
    path(
        "organizations/<str:organization>/engineers/",
        views_engineers.of_organization,
        name="organization_engineers",
    ),
]
