"""Headers, language, zone, theme, and refusals as pages. No database is asked."""

from __future__ import annotations

import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from sterling.base.errors import Conflict, Invalid, NotEntitled, NotYours
from sterling.base.middleware import Refusals, Viewer, content_policy, language_of, zone_of
from sterling.core.text import Text

pytestmark = pytest.mark.urls("tests.base.urls")


def asked(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def signed_in(
    request: HttpRequest, *, language: str = "", timezone: str = "", region: str = ""
) -> HttpRequest:
    user = SimpleNamespace(language=language, timezone=timezone)
    agent = SimpleNamespace(region=SimpleNamespace(timezone=region) if region else None)
    request.viewer = SimpleNamespace(user=user, agent=agent, contact=None)
    return request


def test_every_page_is_sent_with_strict_headers():
    answer = Client().get("/parts")
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Permissions-Policy"].startswith("camera=()")
    assert answer["X-Frame-Options"] == "DENY"


def test_the_live_stream_of_another_port_may_be_reached():
    assert "connect-src 'self' http://127.0.0.1:8001;" in content_policy("http://127.0.0.1:8001")


def test_no_page_holds_inline_scripts_styles_or_handlers():
    page = Client().get("/parts").content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []


def test_the_browsers_language_is_chosen_and_a_cookie_wins_over_it():
    assert language_of(asked(accept_language="zh-CN,zh;q=0.9")) == "zh"
    assert language_of(asked(accept_language="de,en;q=0.5")) == "en"
    request = asked(accept_language="zh-CN")
    request.COOKIES["language"] = "en"
    assert language_of(request) == "en"


def test_the_persons_own_language_wins_over_all():
    request = signed_in(asked(accept_language="en"), language="zh-CN")
    request.COOKIES["language"] = "en"
    assert language_of(request) == "zh"


def test_the_zone_is_the_persons_then_the_browsers_then_the_regions():
    plain = asked()
    assert zone_of(plain) == ZoneInfo("UTC")
    regional = signed_in(asked(), region="America/Chicago")
    assert zone_of(regional) == ZoneInfo("America/Chicago")
    regional.COOKIES["zone"] = "Europe/Berlin"
    assert zone_of(regional) == ZoneInfo("Europe/Berlin")
    own = signed_in(asked(), timezone="Asia/Shanghai", region="America/Chicago")
    own.COOKIES["zone"] = "Europe/Berlin"
    assert zone_of(own) == ZoneInfo("Asia/Shanghai")


def test_a_zone_that_is_none_is_passed_over():
    request = asked()
    request.COOKIES["zone"] = "../../etc/passwd"
    assert zone_of(request) == ZoneInfo("UTC")


def test_the_page_says_its_language_and_theme():
    client = Client(headers={"accept-language": "zh-CN"})
    client.cookies["theme"] = "dark"
    answer = client.get("/parts")
    assert answer["Content-Language"] == "zh-CN"
    assert "Accept-Language" in answer["Vary"]
    assert '<html lang="zh-CN" data-theme="dark">' in answer.content.decode()
    client.cookies["theme"] = '"><script>'
    assert '<html lang="zh-CN">' in client.get("/parts").content.decode()


def refuse(error: Exception, request: HttpRequest) -> HttpResponse | None:
    handler = Refusals(lambda _: HttpResponse())
    answers: list[HttpResponse | None] = []

    def view(asked: HttpRequest) -> HttpResponse:
        answers.append(handler.process_exception(asked, error))
        return HttpResponse()

    Viewer(view)(request)
    return answers[0]


def test_a_refusal_is_a_page_that_gives_back_what_was_typed():
    request = RequestFactory().post("/", {"body": "We <found> it"})
    answer = refuse(Conflict(Text("A reply is still owed.", "还欠一次回复。")), request)
    assert answer is not None
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "<h1>A reply is still owed.</h1>" in page
    assert "We &lt;found&gt; it" in page


def test_a_refusal_to_htmx_leaves_the_form_alone():
    request = RequestFactory().post("/", headers={"hx-request": "true", "accept-language": "zh"})
    answer = refuse(Invalid.field("subject", "Write a subject.", "请填写主题。"), request)
    assert answer is not None
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (422, "#refusals", "innerHTML")
    assert "请填写主题。" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_refusal_by_plan_names_the_remedy():
    error = NotEntitled(
        Text("Not in Silver.", "银牌不含。"),
        entitlement="rca",
        plan="silver",
        remedy=Text("Gold includes it.", "金牌包含此项。"),
    )
    answer = refuse(error, asked())
    assert answer is not None
    assert "Gold includes it." in answer.content.decode()


def test_what_is_not_yours_reads_like_what_is_not_there():
    answer = refuse(NotYours(), asked())
    assert answer is not None
    assert answer.status_code == 404
    assert "There is nothing here for you." in answer.content.decode()


def test_an_error_of_ours_is_not_dressed_as_a_refusal():
    assert refuse(ValueError("x"), asked()) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_address_that_leads_nowhere_has_a_page_in_both_languages(language):
    answer = Client(headers={"accept-language": language}).get("/nothing-here")
    assert answer.status_code == 404
    assert {"en": "There is nothing here for you", "zh": "这里没有可供您查看的内容"}[
        language
    ] in answer.content.decode()
