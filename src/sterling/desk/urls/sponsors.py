"""Executive sponsors."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_sponsors

urlpatterns: list[URLPattern] = [
    path("sponsors/", views_sponsors.sponsor_list, name="sponsors"),
    path("sponsors/<str:organization>/", views_sponsors.sponsor_page, name="sponsor"),
    path("sponsors/<str:organization>/change", views_sponsors.change, name="sponsor_change"),
    path("sponsors/<str:organization>/touchpoints", views_sponsors.add_touchpoint, name="sponsor_spoke"),
    path("sponsors/<str:organization>/meeting.ics", views_sponsors.meeting_file, name="sponsor_ics"),
    path("sponsors/<str:organization>/brief", views_sponsors.brief_page, name="sponsor_brief"),
    path(
        "sponsors/<str:organization>/brief.<str:language>.pdf",
        views_sponsors.brief_paper,
        name="sponsor_brief_pdf",
    ),
]
