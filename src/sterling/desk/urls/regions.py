"""Regions and their calendars."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_regions

urlpatterns: list[URLPattern] = [
    path("regions/", views_regions.regions_page, name="regions"),
    path("regions/new", views_regions.region_new, name="region_new"),
    path("regions/<slug:region>/", views_regions.region_page, name="region"),
    path("regions/<slug:region>/edit", views_regions.region_edit, name="region_edit"),
    path("regions/<slug:region>/decline", views_regions.region_decline, name="region_decline"),
]
