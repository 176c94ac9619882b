"""Handover between shifts."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_handover

urlpatterns: list[URLPattern] = [
    path("handovers/", views_handover.handovers_page, name="handovers"),
    path("handovers/new", views_handover.handover_new, name="handover_new"),
    path("handovers/<str:handover>/", views_handover.handover_page, name="handover"),
]
