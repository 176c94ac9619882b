"""Organizations and their contacts."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_people

urlpatterns: list[URLPattern] = [
    path("organizations/", views_people.organizations, name="organizations"),
    path("organizations/<str:organization>/", views_people.organization, name="organization"),
    path("contacts/<str:contact>/change", views_people.change_contact, name="change_contact"),
]
