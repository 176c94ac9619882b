"""The guided first minute."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_guide

urlpatterns: list[URLPattern] = [
    path("guide", views_guide.show, name="guide"),
    path("guide/send", views_guide.send, name="guide_send"),
    path("guide/put-away", views_guide.put_away, name="guide_put_away"),
]
