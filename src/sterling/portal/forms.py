"""What customers send, as the actions take it: files, and the answers of a new ticket."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings

from sterling.base.errors import FieldError, Invalid
from sterling.core.text import Text
from sterling.core.triage import QUESTIONS, Facts
from sterling.tickets.content import Content, File

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


def files_of(request: HttpRequest) -> tuple[File, ...]:
    """The files of a form; refused by their sizes before any is read."""
    sent = request.FILES.getlist("files")
    if sum(file.size or 0 for file in sent) > settings.MESSAGE_LIMIT:
        raise Invalid.field(
            "files",
            "At most 25 MB a message. Send larger files in parts.",
            "每条消息最多 25 MB，请分开发送。",
        )
    return tuple(File(file.name or "attachment", file.content_type or "", file.read()) for file in sent)


def chosen(request: HttpRequest) -> list[str]:
    """The names of the files that came with a form: browsers let nobody put them back, so they are said."""
    return [file.name or "" for file in request.FILES.getlist("files")]


def content_of(request: HttpRequest) -> Content:
    return Content(request.POST.get("body", ""), files=files_of(request))


@dataclass(frozen=True, slots=True)
class Asking:
    """What a customer asks for, as far as it is filled in. `priority` empty: what the answers suggest."""

    subject: str = ""
    body: str = ""
    priority: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(form: Mapping[str, str]) -> Asking:
        answers = {question.id: form.get(question.id, "") for question in QUESTIONS}
        return Asking(form.get("subject", ""), form.get("body", ""), form.get("priority", ""), answers)

    @property
    def facts(self) -> Facts | None:
        """None until every question has its answer."""
        try:
            return Facts.read(self.answers)
        except ValueError:
            return None

    def check(self, *texts: str) -> None:
        """Invalid names everything that is missing; `texts`: those of subject and body that are needed."""
        missing = []
        if "subject" in texts and not self.subject.strip():
            missing.append(
                FieldError("subject", Text("Say in a few words what it is about.", "请用几个字说明主题。"))
            )
        if "body" in texts and not self.body.strip():
            missing.append(FieldError("body", Text("Describe what happens.", "请描述具体情况。")))
        missing += [
            FieldError(question.id, Text("Choose one answer.", "请选择一项。"))
            for question in QUESTIONS
            if self.answers.get(question.id) not in question.values
        ]
        if missing:
            raise Invalid(*missing)
