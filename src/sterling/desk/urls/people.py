"""Organizations and their contacts."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_moving, views_people

urlpatterns: list[URLPattern] = [
    path("organizations/", views_people.organizations, name="organizations"),
    path("organizations/<str:organization>/", views_people.organization, name="organization"),
    path(
        "organizations/<str:organization>/region",
        views_moving.organization_region,
        name="organization_region",
    ),
    path("contacts/<str:contact>/region", views_moving.contact_region, name="contact_region"),
    path("contacts/<str:contact>/change", views_people.change_contact, name="change_contact"),
]
