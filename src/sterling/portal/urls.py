from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from sterling.portal import views

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("new", views.new_ticket, name="new"),
    path("new/suggestion", views.suggestion, name="suggestion"),
    path("tickets/<str:number>/", views.ticket_page, name="ticket"),
    path("tickets/<str:number>/say", views.say, name="say"),
    path("tickets/<str:number>/solved", views.solved, name="solved"),
    path("tickets/<str:number>/attachments/<int:attachment>", views.attachment, name="attachment"),
]
