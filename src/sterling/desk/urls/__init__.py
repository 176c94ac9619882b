"""Where the pages of the desk stand, a module for each room of it."""

from __future__ import annotations

from django.urls import URLPattern

from sterling.desk.urls import (
    alarms,
    guide,
    handover,
    hours,
    mail,
    people,
    plans,
    rca,
    regions,
    reports,
    rota,
    routing,
    sponsors,
    tickets,
)

app_name = "desk"
urlpatterns: list[URLPattern] = [
    *tickets.urlpatterns,
    *guide.urlpatterns,
    *people.urlpatterns,
    *alarms.urlpatterns,
    *regions.urlpatterns,
    *rota.urlpatterns,
    *handover.urlpatterns,
    *routing.urlpatterns,
    *mail.urlpatterns,
    *plans.urlpatterns,
    *hours.urlpatterns,
    *rca.urlpatterns,
    *sponsors.urlpatterns,
    *reports.urlpatterns,
]
