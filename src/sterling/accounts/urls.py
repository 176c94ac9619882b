from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sterling.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("in/<str:secret>", views.by_link, name="by_link"),
    path("sign-in", views.sign_in_page, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("preferences", views.preferences, name="preferences"),
]
