"""The sign-in page: six digits by mail, for whoever has the address; nothing told to whoever has not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import codes, people
from sterling.accounts.models import SignInCode, User
from sterling.base import jobs
from sterling.base.moment import now
from sterling.tickets.models import Message
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)


def asked(client: Client, email: str, **more: str) -> SignInCode:
    answer = client.post("/sign-in", {"email": email, **more})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/code")
    return SignInCode.objects.latest("pk")


def typed(client: Client, code: str, **more: str) -> Any:
    return client.post("/sign-in/code", {"code": code, **more})


def wrong(row: SignInCode) -> str:
    return f"{(int(codes.digits_of(row)) + 1) % 10**6:06}"


def test_a_contact_signs_in_with_the_digits_and_comes_back_to_the_page() -> None:
    alice, client = make.alice(), Client()
    row = asked(client, f"  {alice.email.upper()} ", next="/new")
    assert alice.email in client.get("/sign-in/code").content.decode()
    done = typed(client, codes.digits_of(row), next="/new")
    assert (done.status_code, done["Location"]) == (302, "/new")
    assert client.get("/new").status_code == 200
    alice.refresh_from_db()
    assert alice.user is not None


def test_an_engineer_signs_in_at_the_same_page_and_comes_to_the_desk() -> None:
    carol, client = make.agent(), Client()
    row = asked(client, carol.user.email)
    assert typed(client, codes.digits_of(row))["Location"] == "/desk/"


@pytest.mark.parametrize("style", ["{} {}", " {}-{} ", "full"])
def test_digits_are_read_as_people_type_them(style: str) -> None:
    client = Client()
    digits = codes.digits_of(asked(client, make.alice().email))
    wide = "".join(chr(ord("０") + int(each)) for each in digits)
    said = wide if style == "full" else style.format(digits[:3], digits[3:])
    assert typed(client, said).status_code == 302


def test_a_code_works_once() -> None:
    client = Client()
    row = asked(client, make.alice().email)
    cookie = client.cookies["sign_in"].value
    assert typed(client, codes.digits_of(row)).status_code == 302
    other = Client()
    other.cookies["sign_in"] = cookie
    assert typed(other, codes.digits_of(row)).status_code == 410
    assert other.get("/").status_code == 302


def test_a_code_opens_only_the_browser_that_asked() -> None:
    alice, mallory = make.alice(), Client()
    row = asked(Client(), alice.email)
    asked(mallory, alice.email)
    assert typed(mallory, codes.digits_of(row)).status_code == 422
    assert typed(Client(), codes.digits_of(row)).status_code == 410
    assert mallory.get("/")["Location"] == "/sign-in?next=%2F"


def test_five_tries_and_the_right_digits_come_too_late() -> None:
    client = Client()
    row = asked(client, make.alice().email)
    said = [typed(client, wrong(row)) for _ in range(5)]
    assert [answer.status_code for answer in said] == [422, 422, 422, 422, 410]
    assert "4 more tries" in said[0].content.decode()
    assert "1 more try" in said[3].content.decode()
    late = typed(client, codes.digits_of(row))
    assert late.status_code == 410
    assert "This code no longer works" in late.content.decode()
    assert client.get("/").status_code == 302


def test_a_code_ends_after_ten_minutes() -> None:
    secret = codes.ask(email=make.alice().email, language="en", peer="", at=TUESDAY)
    digits = codes.digits_of(SignInCode.objects.get())
    with pytest.raises(codes.CodeEnded):
        codes.use(secret=secret, typed=digits, at=TUESDAY + 10 * MINUTE)
    assert codes.use(secret=secret, typed=digits, at=TUESDAY + 9 * MINUTE).email


def test_nobody_can_tell_a_known_address_from_an_unknown_one() -> None:
    seen = []
    for email in (make.alice().email, "stranger@nowhere.example"):
        client = Client()
        with CaptureQueriesContext(connection) as ask:
            first = client.post("/sign-in", {"email": email})
        shapes = [re.sub(r"'[^']*'|\d+", "…", one["sql"]) for one in ask]
        row = SignInCode.objects.latest("pk")
        page = client.get("/sign-in/code").content.decode().replace(email, "…")
        with CaptureQueriesContext(connection) as tried:
            no = typed(client, wrong(row))
        shapes += [re.sub(r"'[^']*'|\d+", "…", one["sql"]) for one in tried]
        page = re.sub(r'(value="|x-csrftoken": ")[^"]+|data-now="\d+"', "", page)
        seen.append((first.status_code, first["Location"], page, no.status_code, shapes))
        assert len(shapes) > 5
    assert seen[0] == seen[1]


def test_the_right_digits_of_an_unknown_address_let_nobody_in() -> None:
    client = Client()
    row = asked(client, "stranger@nowhere.example")
    assert typed(client, codes.digits_of(row)).status_code == 422
    assert not User.objects.filter(email="stranger@nowhere.example").exists()


def test_who_may_no_longer_sign_in_gets_no_mail_and_no_session() -> None:
    carol, client = make.agent(), Client()
    row = asked(client, carol.user.email)
    User.objects.filter(pk=carol.user_id).update(is_active=False)
    assert codes.claim(code_id=row.pk, at=now()) is None
    assert typed(client, codes.digits_of(row)).status_code == 422


def test_the_digits_are_nowhere_in_the_database() -> None:
    row = asked(Client(), make.alice().email)
    digits = codes.digits_of(row)
    assert re.fullmatch(r"\d{6}", digits)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(code)::text FROM accounts_signincode AS code")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = %s", [jobs.MAIL_CODE])
        assert cursor.fetchone()[0] == f'{{"code": {row.pk}}}'
    assert digits not in kept


def test_codes_are_as_random_as_six_digits_can_be() -> None:
    found = {codes.digits_of(SignInCode(digest=f"{n:064}")) for n in range(2000)}
    assert len(found) > 1980


def test_an_address_gets_five_codes_in_a_quarter_of_an_hour_and_twenty_a_day() -> None:
    email = make.alice().email
    for step in range(5):
        codes.ask(email=email, language="en", peer="", at=TUESDAY + step * MINUTE)
    with pytest.raises(codes.TooMany) as refused:
        codes.ask(email=email.upper(), language="en", peer="192.0.2.7", at=TUESDAY + 14 * MINUTE)
    assert refused.value.again == TUESDAY + 15 * MINUTE
    codes.ask(email="other@nowhere.example", language="en", peer="", at=TUESDAY + 14 * MINUTE)
    for step in range(1, 16):
        codes.ask(email=email, language="en", peer="", at=TUESDAY + 20 * step * MINUTE)
    with pytest.raises(codes.TooMany) as refused:
        codes.ask(email=email, language="en", peer="", at=TUESDAY + timedelta(hours=23))
    assert refused.value.again == TUESDAY + timedelta(days=1)
    assert SignInCode.objects.filter(email=email).count() == 20


def test_a_peer_asks_for_sixty_addresses_in_a_quarter_of_an_hour() -> None:
    for step in range(60):
        codes.ask(email=f"a{step}@nowhere.example", language="en", peer="192.0.2.7", at=TUESDAY)
    with pytest.raises(codes.TooMany):
        codes.ask(email="b@nowhere.example", language="en", peer="192.0.2.7", at=TUESDAY)
    codes.ask(email="b@nowhere.example", language="en", peer="192.0.2.8", at=TUESDAY)


def test_too_many_is_said_on_the_page_with_the_address_still_there() -> None:
    email, client = make.alice().email, Client()
    for _ in range(5):
        asked(client, email)
    answer = client.post("/sign-in", {"email": email})
    assert answer.status_code == 429
    assert "Too many codes were asked for." in answer.content.decode()
    assert f'value="{email}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("remote", "forwarded", "peer"),
    [
        ("9.9.9.9", "", "9.9.9.9"),
        ("9.9.9.9", "8.8.4.4", "9.9.9.9"),
        ("127.0.0.1", "10.9.9.9, 8.8.4.4", "8.8.4.4"),
        ("10.0.0.2", "2001:4860:1:2:3::9", "2001:4860:1:2::/64"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("", "", ""),
    ],
)
def test_a_peer_is_whom_a_proxy_of_ours_names_and_nobody_elses_word(
    remote: str, forwarded: str, peer: str
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    Client(REMOTE_ADDR=remote, headers=headers).post("/sign-in", {"email": "a@nowhere.example"})
    assert SignInCode.objects.get().peer == peer


def test_what_is_no_address_is_said_at_the_field() -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).post("/sign-in", {"email": "阿林"})
    assert answer.status_code == 422
    assert "请填写邮箱地址" in answer.content.decode()
    assert 'value="阿林"' in answer.content.decode()
    assert not SignInCode.objects.exists()


def test_signing_out_everywhere_ends_every_browser_of_that_person_alone() -> None:
    alice, bob = make.alice(), make.agent()
    browsers = [Client(), Client()]
    for browser in browsers:
        assert typed(browser, codes.digits_of(asked(browser, alice.email))).status_code == 302
    staff = Client()
    typed(staff, codes.digits_of(asked(staff, bob.user.email)))
    browsers[0].post("/sign-out", {"everywhere": "1"})
    assert [browser.get("/").status_code for browser in browsers] == [302, 302]
    assert staff.get("/desk/").status_code == 200
    assert typed(browsers[1], codes.digits_of(asked(browsers[1], alice.email))).status_code == 302
    assert browsers[1].get("/").status_code == 200


def test_signing_out_ends_one_browser_alone() -> None:
    alice = make.alice()
    browsers = [Client(), Client()]
    for browser in browsers:
        typed(browser, codes.digits_of(asked(browser, alice.email)))
    browsers[0].post("/sign-out")
    assert [browser.get("/").status_code for browser in browsers] == [302, 200]


def test_what_was_typed_after_the_session_ended_is_kept_through_the_sign_in_and_sent() -> None:
    alice, client = make.alice(), Client()
    ticket = make.ticket(alice)
    said = {"body": "Still <down>\nsince noon", "extra": "7"}
    refused = client.post(f"/tickets/{ticket.number}/say", said)
    assert refused.status_code == 401
    page = refused.content.decode()
    assert "What you typed is kept" in page
    kept = refused.context["kept"].packed
    second = client.post("/sign-in", {"email": alice.email, "kept": kept})
    assert second.status_code == 200
    row = SignInCode.objects.get()
    assert typed(client, wrong(row), kept=kept).context["kept"].packed == kept
    done = typed(client, codes.digits_of(row), kept=kept)
    assert done.status_code == 200
    form = done.content.decode()
    assert f'action="/tickets/{ticket.number}/say"' in form
    assert "Still &lt;down&gt;\nsince noon</textarea>" in form
    assert '<input type="hidden" name="extra" value="7">' in form
    assert client.post(f"/tickets/{ticket.number}/say", said).status_code == 302
    assert Message.objects.filter(ticket=ticket, text="Still <down>\nsince noon").count() == 1


def test_a_form_whose_token_is_another_ones_comes_back_with_what_was_typed() -> None:
    alice, client = make.alice(), Client(enforce_csrf_checks=True)
    ticket = make.ticket(alice)
    client.get(f"/in/{people.make_link(user=people.user_for_contact(contact=alice, at=now()), at=now())}")
    where, said = (
        f"/tickets/{ticket.number}/say",
        {"body": "Still <down>", "csrfmiddlewaretoken": "another's"},
    )
    ours = {"Origin": "http://testserver"}
    answer = client.post(where, said, headers=ours)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert f'action="{where}"' in page
    assert "Still &lt;down&gt;</textarea>" in page
    assert "another&#x27;s" not in page
    token = answer.cookies["csrftoken"].value
    assert client.post(where, said | {"csrfmiddlewaretoken": token}, headers=ours).status_code == 302
    assert Message.objects.filter(ticket=ticket, text="Still <down>").count() == 1
    # Nobody else's form is offered for sending.
    for headers in ({}, {"Origin": "https://evil.example"}, ours | {"HX-Request": "true"}):
        refused = client.post(where, said, headers=headers)
        assert (refused.status_code, "Still &lt;down" in refused.content.decode()) == (403, False)
    nobody = Client(enforce_csrf_checks=True).post(where, said, headers=ours)
    assert (nobody.status_code, "Still &lt;down" in nobody.content.decode()) == (403, False)


def test_a_kept_form_leads_to_pages_of_ours_alone() -> None:
    alice = make.alice()
    for kept in (
        '["https://evil.example/x", "/", [], []]',
        '["//evil.example/x", "/", [], []]',
        '["/x", "javascript:alert(1)", [], []]',
        '["/x", "/", [["a", 5]], []]',
        "nonsense",
    ):
        client = Client()
        client.post("/sign-in", {"email": alice.email, "kept": kept})
        done = typed(client, codes.digits_of(SignInCode.objects.latest("pk")), kept=kept)
        assert (done.status_code, done["Location"]) == (302, "/")
        SignInCode.objects.all().delete()


def test_a_part_of_a_page_is_told_that_the_session_ended() -> None:
    answer = Client(headers={"hx-request": "true"}).post("/new/suggestion")
    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "#refusals"
    assert 'href="/sign-in"' in answer.content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_led_away_after_signing_in(wanted: str) -> None:
    client = Client()
    row = asked(client, make.alice().email, next=wanted)
    assert typed(client, codes.digits_of(row), next=wanted)["Location"] == "/"


def test_without_a_mail_server_the_page_says_where_the_code_is(settings: Any) -> None:
    settings.SMTP_URL = ""
    alice, carol, admin = make.alice(), make.agent(), make.agent("Ada Admin", role="admin")
    client = Client()
    row = asked(client, alice.email)
    asked(Client(), "stranger@nowhere.example")
    assert "An administrator finds it" in client.get("/sign-in/code").content.decode()
    seen = {}
    for who in (carol, admin):
        browser = Client()
        browser.get(f"/in/{people.make_link(user=who.user, at=now())}")
        seen[who.role] = browser.get("/desk/outbox/").content.decode()
    assert codes.digits_of(row) in seen["admin"]
    assert "stranger@nowhere.example" not in seen["admin"]
    assert codes.digits_of(row) not in seen["agent"]
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    assert "An administrator finds it" not in client.get("/sign-in/code").content.decode()


def test_a_link_made_to_be_sent_waits_for_a_press() -> None:
    carol = make.agent()
    secret = people.make_link(user=carol.user, at=now(), press=True)
    for _ in range(3):
        looked = Client().get(f"/in/{secret}?next=/desk/outbox/")
        assert looked.status_code == 200
        assert "One press, and you are in" in looked.content.decode()
    client = Client()
    assert client.post(f"/in/{secret}", {"next": "/desk/outbox/"})["Location"] == "/desk/outbox/"
    assert client.get("/desk/").status_code == 200
    assert Client().post(f"/in/{secret}").status_code == 410
    assert Client().get(f"/in/{secret}").status_code == 410


def test_a_link_from_the_command_line_opens_at_once_but_not_for_a_browser_that_only_fetches_ahead() -> None:
    secret = people.make_link(user=make.agent().user, at=now())
    ahead = Client(headers={"sec-purpose": "prefetch;prerender"})
    assert ahead.get(f"/in/{secret}").status_code == 200
    client = Client()
    assert client.get(f"/in/{secret}")["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_rows_are_forgotten_when_no_limit_needs_them() -> None:
    codes.ask(email="a@nowhere.example", language="en", peer="", at=TUESDAY)
    assert codes.forget(at=TUESDAY + timedelta(hours=23)) == 0
    assert codes.forget(at=TUESDAY + timedelta(days=1)) == 1
