from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from sterling.desk import (
    views,
    views_alarms,
    views_catalog,
    views_contracts,
    views_flow,
    views_formatted,
    views_mail,
    views_queue,
    views_regions,
    views_scheduled,
    views_words,
)

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views_queue.queue_page, name="queue"),
    path("rows", views_queue.rows, name="rows"),
    path("tickets/<str:number>/", views.ticket_page, name="ticket"),
    path("tickets/<str:number>/why", views.why_page, name="why"),
    path("tickets/<str:number>/peek", views.peek, name="peek"),
    path("tickets/<str:number>/say", views.say, name="say"),
    path("tickets/<str:number>/change", views.change, name="change"),
    path("tickets/<str:number>/no-reply-needed", views.no_reply_needed, name="no_reply_needed"),
    path("tickets/<str:number>/take-over", views.take_over, name="take_over"),
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
    path("alarms/", views_alarms.alarms_page, name="alarms"),
    path("regions/", views_regions.regions_page, name="regions"),
    path("regions/new", views_regions.region_new, name="region_new"),
    path("regions/<slug:region>/", views_regions.region_page, name="region"),
    path("regions/<slug:region>/edit", views_regions.region_edit, name="region_edit"),
    path("alarms/news", views_alarms.news, name="alarm_news"),
    path("tickets/<str:number>/take-alarms", views_alarms.take_it, name="take_alarms"),
    path("mail/", views_mail.mail_page, name="mail"),
    path("mail/<int:mail>/raw", views_mail.raw, name="raw_mail"),
    path("mail/<int:mail>/retry", views_mail.retry, name="retry_mail"),
    path("mail/words", views_words.words_page, name="words"),
    path("outbox/", views_mail.outbox, name="outbox"),
    path("catalog/", views_catalog.catalog_view, name="catalog"),
    path("catalog/begin", views_catalog.begin, name="catalog_begin"),
    path("catalog/<int:number>.json", views_catalog.catalog_file, name="catalog_file"),
    path("catalog/<int:number>/roll-back", views_catalog.roll_back, name="catalog_roll_back"),
    path("catalog/<int:number>/withdraw", views_catalog.withdraw, name="catalog_withdraw"),
    path("catalog/draft", views_catalog.draft_page, name="catalog_draft"),
    path("catalog/draft/file", views_catalog.draft_file, name="catalog_draft_file"),
    path("catalog/draft/publish", views_catalog.publish, name="catalog_publish"),
    path("catalog/draft/discard", views_catalog.discard, name="catalog_discard"),
    path("contracts/", views_contracts.contract_list, name="contracts"),
    path("contracts/new", views_contracts.new_contract, name="contract_new"),
    path("contracts/<int:contract>/", views_contracts.contract_page, name="contract"),
    path("contracts/<int:contract>/change", views_contracts.change, name="contract_change"),
    path("contracts/<int:contract>/proof", views_contracts.proof, name="contract_proof"),
    path("quotes/new", views_contracts.new_quote, name="quote_new"),
    path("quotes/<int:quote>/", views_contracts.quote_page, name="quote"),
    re_path(
        r"^quotes/(?P<quote>\d+)/(?P<language>en|zh)\.pdf$", views_contracts.quote_paper, name="quote_paper"
    ),
]
