"""Alarms."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_alarms

urlpatterns: list[URLPattern] = [
    path("alarms/", views_alarms.alarms_page, name="alarms"),
    path("alarms/news", views_alarms.news, name="alarm_news"),
]
