from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sterling.accounts import views, views_sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("in/<str:secret>", views.by_link, name="by_link"),
    path("sign-in", views_sign_in.sign_in_page, name="sign_in"),
    path("sign-in/code", views_sign_in.code_page, name="sign_in_code"),
    path("sign-out", views_sign_in.sign_out, name="sign_out"),
    path("preferences", views.preferences, name="preferences"),
]
