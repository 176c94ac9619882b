"""A form that reaches us twice does its work once, and hears the same answer again.

A double click, a browser that tries again, somebody who sends again because the answer was lost: the form carries a
word of its own (`{% once %}`), and the word, the effect and the answer commit together. The same form with other words
in it is another one; a refusal changed nothing and is not kept.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.utils.crypto import get_random_string

from sterling.base import bound
from sterling.base.models import SentForm
from sterling.base.moment import now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponseBase

    from sterling.base.actor import Actor

NAME = "once"
LONGEST = 40
KEPT = timedelta(days=7)
# What a page learns while it stands open is no part of what somebody sends: versions, the number of the newest message.
_LEARNED = frozenset({"csrfmiddlewaretoken", "knows"})
_NEWEST = "seen"  # as a word it is a customer's answer
_TOLD = ("Location", "HX-Trigger", "HX-Redirect", "Sterling-Goes-To")
_DONE = range(204, 400)


def word() -> str:
    """What makes one drawing of a form that one."""
    return get_random_string(22)


def once(request: HttpRequest, by: Actor, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Call `work` in one transaction, unless this form was taken already. Whoever comes meanwhile waits for the first."""
    said = request.POST.get(NAME, "") if request.method == "POST" else ""
    if not 0 < len(said) <= LONGEST:
        return work()
    with transaction.atomic():
        form = _mark(request, by)
        if not _is_first(form):
            return _again(SentForm.objects.get(pk=form))
        answer = work()
        row = SentForm.objects.filter(pk=form)
        if answer.status_code in _DONE:
            told = {name: answer[name] for name in _TOLD if name in answer}
            row.update(status=answer.status_code, told=told)
        else:
            row.delete()
    return answer


def _is_first(form: str) -> bool:
    """Take the form; where another transaction is about to, this waits for its end."""
    with bound.cursor() as cursor:
        cursor.execute(
            "INSERT INTO base_sentform (form, status, told, at) VALUES (%s, 0, '{}', %s) ON CONFLICT DO NOTHING",
            [form, now()],
        )
        is_first: bool = cursor.rowcount == 1
    return is_first


def _again(kept: SentForm) -> HttpResponse:
    answer = HttpResponse(status=kept.status)
    for name, value in kept.told.items():
        answer[name] = value
    return answer


def _mark(request: HttpRequest, by: Actor) -> str:
    """Whose form it is, where it goes and all that stands in it."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name.rpartition(".")[2] not in _LEARNED and not (name == _NEWEST and value.isdigit())
    ]
    files = [(name, file.name, file.size) for name, some in request.FILES.lists() for file in some]
    whole = repr((by.kind.value, by.id, request.path, sorted(sent), sorted(files, key=str)))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def forget(*, at: datetime) -> int:
    """Drop what no open page will send again; how many. For the worker."""
    dropped, _ = SentForm.objects.filter(at__lt=at - KEPT).delete()
    return dropped
