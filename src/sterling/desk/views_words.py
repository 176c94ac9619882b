"""What mail says by itself, whom it comes from, and its limits: read by all staff, changed by administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sterling.accounts import queries as people
from sterling.accounts.access import with_role
from sterling.accounts.models import Role
from sterling.base.errors import FieldError, Invalid, NotYours
from sterling.base.moment import now
from sterling.channels.email import identity, senders
from sterling.core.text import Text
from sterling.desk import shell
from sterling.desk.doors import staff_only, viewer_of
from sterling.tickets import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from sterling.accounts.access import Viewer


@dataclass(frozen=True, slots=True)
class Field:
    """One input: what stands in it (what was typed, where that was refused) and what is wrong with it."""

    name: str
    value: str
    error: Text | None = None


@require_http_methods(["GET", "POST"])
@staff_only
def words_page(request: HttpRequest) -> HttpResponse:
    """Each form saves one thing; a refused one comes back as it was typed."""
    viewer, typed = viewer_of(request), request.POST
    refused: tuple[FieldError, ...] = ()
    if request.method == "POST":
        with_role(viewer, Role.ADMIN)
        try:
            _save(viewer, typed)
        except Invalid as error:
            refused = error.errors
        else:
            return HttpResponseRedirect(f"{reverse('desk:words')}#{typed.get('form', '')}")
    return shell.page(
        request,
        "desk/words.html",
        now(),
        status=422 if refused else 200,
        texts=_texts(typed, refused),
        regions=_regions(typed, refused),
        limits=_limits(typed, refused),
        may_change=viewer.agent is not None and viewer.agent.role == Role.ADMIN,
    )


def _save(viewer: Viewer, form: Mapping[str, str]) -> None:
    kind, _, name = form.get("form", "").partition("-")
    at, by = now(), viewer.actor
    if kind == "text":
        text = Text(form.get(f"{name}.en", ""), form.get(f"{name}.zh", ""))
        wording.set_words(name=name, text=text, at=at, by=by)
    elif kind == "region":
        region = people.region(name)
        if region is None:
            raise NotYours
        identity.set_sender(
            region=region,
            name=Text(form.get("name.en", "").strip(), form.get("name.zh", "").strip()),
            address=form.get("address", ""),
            signature=Text(form.get("signature.en", "").strip(), form.get("signature.zh", "").strip()),
            at=at,
            by=by,
        )
    else:
        identity.set_rules(
            wanted={name: _number(name, form.get(name, "")) for name in identity.MOST}, at=at, by=by
        )


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000")):
        raise Invalid.field(name, "Write a whole number.", "请填写整数。")
    return int(text)


def _field(
    name: str, kept: str, form: str, typed: Mapping[str, str], refused: tuple[FieldError, ...]
) -> Field:
    if typed.get("form") != form:
        return Field(name, kept)
    wrong = next((one.text for one in refused if one.field in {name, name.partition(".")[0]}), None)
    return Field(name, typed.get(name, kept), wrong)


def _texts(typed: Mapping[str, str], refused: tuple[FieldError, ...]) -> list[dict[str, object]]:
    kept = wording.in_force()
    return [
        {
            "form": f"text-{name}",
            "kind": kind,
            "places": [f"{{{place}}}" for place in kind.places],
            "en": _field(f"{name}.en", kept[name].en, f"text-{name}", typed, refused),
            "zh": _field(f"{name}.zh", kept[name].zh, f"text-{name}", typed, refused),
            "own": kept[name] != kind.shipped,
        }
        for name, kind in wording.KINDS.items()
    ]


def _regions(typed: Mapping[str, str], refused: tuple[FieldError, ...]) -> list[dict[str, object]]:
    kept, found = identity.senders_of_regions(), []
    for region in people.regions():
        row, form = kept.get(region.pk), f"region-{region.pk}"
        name = row.name if row else Text("", "")
        signature = row.signature if row else Text("", "")
        values = {
            "name.en": name.en,
            "name.zh": name.zh,
            "address": row.address if row else "",
            "signature.en": signature.en,
            "signature.zh": signature.zh,
        }
        fields = {
            key.replace(".", "_"): _field(key, value, form, typed, refused) for key, value in values.items()
        }
        found.append({"form": form, "region": region, **fields})
    return found


def _limits(typed: Mapping[str, str], refused: tuple[FieldError, ...]) -> dict[str, Field]:
    row = senders.rules()
    return {name: _field(name, str(getattr(row, name)), "limits", typed, refused) for name in identity.MOST}
