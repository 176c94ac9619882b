"""The queue and the ticket."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import (
    views,
    views_acts,
    views_alarms,
    views_commands,
    views_flow,
    views_formatted,
    views_queue,
    views_scheduled,
    views_ticket,
)

urlpatterns: list[URLPattern] = [
    path("", views_queue.queue_page, name="queue"),
    path("commands", views_commands.commands, name="commands"),
    path("rows", views_queue.rows, name="rows"),
    path("tickets/<str:number>/", views_ticket.ticket_page, name="ticket"),
    path("tickets/<str:number>/why", views_ticket.why_page, name="why"),
    path("tickets/<str:number>/say", views_ticket.say, name="say"),
    path("tickets/<str:number>/draft", views_ticket.draft, name="draft"),
    path("tickets/<str:number>/effects", views_ticket.effects_part, name="effects"),
    path("tickets/<str:number>/act/<str:verb>", views_acts.act, name="act"),
    path("tickets/<str:number>/peek", views_queue.peek, name="peek"),
    path("tickets/<str:number>/presence", views_queue.presence_at, name="presence"),
    path("tickets/<str:number>/change", views.change, name="change"),
    path("tickets/<str:number>/attachments/<int:attachment>", views.attachment, name="attachment"),
    path("tickets/<str:number>/pictures/<int:attachment>", views_formatted.picture, name="picture"),
    path(
        "tickets/<str:number>/messages/<int:message>/formatted", views_formatted.formatted, name="formatted"
    ),
    path("tickets/<str:number>/messages/<int:message>/send-again", views.send_again, name="send_again"),
    path("tickets/<str:number>/messages/<int:message>/sender", views_flow.sender, name="sender"),
    path("tickets/<str:number>/scheduled/<int:scheduled>", views_scheduled.scheduled, name="scheduled"),
    path("tickets/<str:number>/copied", views_flow.copied, name="copied"),
    path("tickets/<str:number>/held/<int:held>", views_flow.decide, name="decide"),
    path("tickets/<str:number>/join", views_flow.join, name="join"),
    path("tickets/<str:number>/deliverable", views_flow.deliverable, name="deliverable"),
    path("new", views.new_ticket, name="new"),
    path("tickets/<str:number>/take-alarms", views_alarms.take_it, name="take_alarms"),
]
