"""What the API says about itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.test import Client

from sterling.api.pages import document
from sterling.api.problems import KINDS
from sterling.api.urls import api

SNAPSHOT = Path(__file__).parent / "openapi.json"
RENEW = "RENEW=1 .venv/bin/pytest tests/api/test_openapi.py"


def test_the_document_is_the_one_that_was_agreed() -> None:
    said = json.dumps(document(api), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if "RENEW" in os.environ:
        SNAPSHOT.write_text(said, encoding="utf-8")
    kept = SNAPSHOT.read_text(encoding="utf-8")
    assert said == kept, f"the API's document changed; if that is meant: {RENEW}, and read the difference"


def test_the_document_is_public_and_openapi_3_1() -> None:
    found = Client().get("/api/v1/openapi.json")
    assert found.status_code == 200
    said = json.loads(found.content)
    assert said["openapi"] == "3.1.0"
    assert "/api/v1/tickets/{number}" in said["paths"]
    assert said["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"


def test_every_operation_tells_of_its_problems_headers_and_token() -> None:
    ids = []
    for methods in document(api)["paths"].values():
        for method, operation in methods.items():
            ids.append(operation["operationId"])
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert operation["security"] == [{"Token": []}]
            names = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            assert names == {"post": {"Idempotency-Key"}, "patch": {"If-Match"}}.get(method, set())
    assert len(ids) == len(set(ids))


def test_the_documentation_is_a_page_without_script_or_inline_style_in_both_languages() -> None:
    found = Client().get("/api/v1/docs")
    page = found.content.decode()
    assert found.status_code == 200
    assert "<script" not in page
    assert "style=" not in page
    assert "no-reply-needed" in page
    for kind in KINDS:
        assert f"<code>{kind}</code>" in page
    chinese = Client().get("/api/v1/docs", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert 'lang="zh-Hans"' in chinese
    assert "尚欠客户回复" in chinese
