"""What the API says about itself, for anyone: the OpenAPI document, and pages without a script."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from sterling.api.language import chosen
from sterling.api.problems import KINDS, nothing_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.api.document import Api

ROOT = "/api/v1/"


@cache
def document(api: Api) -> dict[str, Any]:
    """The OpenAPI 3.1 document; the code decides it, so it is made once."""
    return dict(api.get_openapi_schema(path_prefix=ROOT))


def openapi(_request: HttpRequest, *, api: Api) -> HttpResponse:
    return JsonResponse(document(api))


def docs(request: HttpRequest, *, api: Api) -> HttpResponse:
    """Every operation and every kind of problem on one page."""
    language = chosen(request)
    described = document(api)
    context = {
        "info": described["info"],
        "groups": list(_groups(described)),
        "problems": [
            (kind, title.to(language), meaning.to(language)) for kind, (title, meaning) in KINDS.items()
        ],
        "lang": "zh-Hans" if language == "zh" else "en",
        "zh": language == "zh",
    }
    return render(request, "api/docs.html", context)


def problem_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """What a problem's type points to."""
    if kind not in KINDS:
        return nothing_here(request)
    language = chosen(request)
    title, meaning = (text.to(language) for text in KINDS[kind])
    return JsonResponse({"type": f"{ROOT}problems/{kind}", "title": title, "description": meaning})


def _groups(described: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            row = {
                "method": method.upper(),
                "path": path,
                "id": operation["operationId"],
                "about": operation.get("description") or operation["summary"],
                "parameters": operation["parameters"],
                "fields": list(_fields(operation, described)),
            }
            groups.setdefault(operation["tags"][0], []).append(row)
    yield from groups.items()


def _fields(operation: dict[str, Any], described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = described["components"]["schemas"].get(reference.rpartition("/")[2], {})
    for name, field in schema.get("properties", {}).items():
        yield {
            "name": name,
            "required": name in schema.get("required", []),
            "about": field.get("description", ""),
        }
