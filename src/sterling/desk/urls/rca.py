"""Root-cause analyses."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_rca

urlpatterns: list[URLPattern] = [
    path("rca/", views_rca.rca_list, name="rcas"),
    path("rca/<str:number>/", views_rca.rca_page, name="rca"),
    path("rca/<str:number>/save", views_rca.save, name="rca_save"),
    path("rca/<str:number>/move", views_rca.move, name="rca_move"),
    path("rca/<str:number>/en.pdf", views_rca.draft_paper, {"language": "en"}, name="rca_draft_en"),
    path("rca/<str:number>/zh.pdf", views_rca.draft_paper, {"language": "zh"}, name="rca_draft_zh"),
    path("rca/<str:number>/<int:edition>/", views_rca.edition, name="rca_edition"),
    path("rca/<str:number>/<int:edition>/en.pdf", views_rca.paper, {"language": "en"}, name="rca_en"),
    path("rca/<str:number>/<int:edition>/zh.pdf", views_rca.paper, {"language": "zh"}, name="rca_zh"),
    path("tickets/<str:number>/grant-rca", views_rca.grant, name="rca_grant"),
]
