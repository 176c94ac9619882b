"""The API as one object, and the OpenAPI document that it says about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer

import sterling
from sterling.api.problems import KINDS, MEDIA_TYPE, Malformed, nothing_here, refusal
from sterling.api.validation import invalid
from sterling.base.errors import SterlingError
from sterling.core.text import Text

if TYPE_CHECKING:
    from ninja.openapi.schema import OpenAPISchema

DESCRIPTION = (
    "Everything the desk and the portal can do. A request acts as its token's user. "
    "Times are UTC (RFC 3339), ids opaque strings, durations ISO 8601. "
    "A change runs in one transaction; a refusal changes nothing."
)


class Read(Parser):
    """The gate has read the body already."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.document  # type: ignore[attr-defined]  # set by the gate


class Token(HttpBearer):
    """For the document alone: the gate has admitted the token before a view is asked."""

    openapi_description = "A token made by `sterling token create`."

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "token", None)

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError


_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "description": "Stable; ends in the kind of problem: " + ", ".join(KINDS) + ".",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "With `invalid`: every field at fault.",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "entitlement": {"type": "string", "description": "With `entitlement`: what the plan lacks."},
        "plan": {"type": "string"},
        "remedy": {"type": "string"},
        "limit": {"type": "number", "description": "With `entitlement`, 409: the cap that is used up."},
    },
}
_HEADERS = {
    "post": (
        "Idempotency-Key",
        "Any text of up to 200 characters. The same request with the same key does nothing twice.",
    ),
    "patch": ("If-Match", "The ETag of what you read; 412 when somebody changed it since."),
}


class Api(NinjaAPI):
    """ninja's API with problem documents for everything that goes wrong."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
        refused = {
            "description": "Refused",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                answers = {str(status): answer for status, answer in operation["responses"].items()}
                operation["responses"] = answers | {"default": refused}
                if method in _HEADERS:
                    name, about = _HEADERS[method]
                    operation["parameters"].append(
                        {
                            "in": "header",
                            "name": name,
                            "required": False,
                            "schema": {"type": "string"},
                            "description": about,
                        }
                    )
        return schema

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The view's name: stable, whatever module it moves to."""
        name: str = operation.view_func.__name__
        return name


def make_api() -> Api:
    api = Api(
        title="Sterling",
        version=sterling.__version__,
        description=DESCRIPTION,
        auth=Token(),
        parser=Read(),
        openapi_url="",
        docs_url=None,
        urls_namespace="api",
    )
    handlers: dict[type[Exception], Any] = {
        SterlingError: refusal,
        ValidationError: _invalid,
        HttpError: _unreadable,
        Http404: lambda request, _: nothing_here(request),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    return api


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusal(request, invalid(error.errors))


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusal(request, Malformed(Text(str(error), "无法读取该请求。")))
