"""Professional-services hours."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_hours

urlpatterns: list[URLPattern] = [
    path("hours/", views_hours.hours_list, name="hours"),
    path("hours/<str:organization>/", views_hours.hours_page, name="hours_of"),
    path("hours/<str:organization>/ask", views_hours.ask, name="hours_ask"),
    path("hours/<str:organization>/draws/<str:draw>", views_hours.change_draw, name="hours_draw"),
    path("hours/<str:organization>/statement.csv", views_hours.statement_file, name="hours_csv"),
    path("hours/<str:organization>/service-plan", views_hours.service_plan, name="service_plan"),
]
