"""The mail room."""

from __future__ import annotations

from django.urls import URLPattern, path

from sterling.desk import views_mail, views_mailboxes, views_words

urlpatterns: list[URLPattern] = [
    path("mail/", views_mail.mail_page, name="mail"),
    path("mail/<int:mail>/raw", views_mail.raw, name="raw_mail"),
    path("mail/<int:mail>/retry", views_mail.retry, name="retry_mail"),
    path("mail/words", views_words.words_page, name="words"),
    path("mailboxes/", views_mailboxes.mailboxes_page, name="mailboxes"),
    path("mailboxes/new", views_mailboxes.new_mailbox, name="new_mailbox"),
    path("mailboxes/<str:mailbox>/", views_mailboxes.mailbox_page, name="mailbox"),
    path("mailboxes/<str:mailbox>/pause", views_mailboxes.pause_mailbox, name="pause_mailbox"),
    path("mailboxes/<str:mailbox>/take-again", views_mailboxes.take_again, name="take_again"),
    path("outbox/", views_mail.outbox, name="outbox"),
]
