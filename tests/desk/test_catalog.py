"""The catalog's pages: read by all staff, changed by administrators, checked as one types."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.actor import SYSTEM
from sterling.base.formats import full_day
from sterling.base.moment import now
from sterling.plans import queries
from sterling.plans.actions import drafts
from sterling.plans.models import CatalogDraft, CatalogEdit, CatalogVersion
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
HIGH = "plans.gold.targets.high.response"


def signed_in(who: object) -> Client:
    client = Client()
    client.get(f"/in/{people.make_link(user=who, at=now())}")
    return client


@pytest.fixture
def lena() -> Client:
    return signed_in(make.agent("Lena Sommer", role="admin").user)


@pytest.fixture
def draft(lena: Client) -> CatalogDraft:
    lena.post("/desk/catalog/begin")
    found = queries.open_draft()
    assert found
    return found


def save(client: Client, draft: CatalogDraft, typed: dict[str, str], **more: str) -> object:
    draft.refresh_from_db()
    sent = {f"f:{path}": text for path, text in typed.items()}
    return client.post("/desk/catalog/draft", {"revision": draft.revision} | sent | more)


def test_every_target_of_the_version_in_force_stands_in_the_matrix(lena: Client) -> None:
    html = lena.get("/desk/catalog/").content.decode()
    assert html.count('class="cell"') == 16
    for words in ("24 h", "each business day", "on status change", "24x7", "60,000", "Executive sponsor"):
        assert words in html
    assert "in force from the beginning" in html


def test_the_page_is_chinese_for_who_reads_chinese() -> None:
    lena = make.agent("Lena Sommer", role="admin")
    people.set_language(user=lena.user, language="zh")
    html = signed_in(lena.user).get("/desk/catalog/").content.decode()
    for words in ("服务目录", "每个工作日", "状态变更时", "7×24 小时", "起草新版本"):
        assert words in html


def test_what_is_typed_is_kept_marked_and_told(lena: Client, draft: CatalogDraft) -> None:
    assert (
        save(lena, draft, {HIGH: "150m", "plans.silver.entitlements.premium_contacts": "3"}).status_code
        == 302
    )
    html = lena.get("/desk/catalog/draft").content.decode()
    assert 'value="2 h 30 min"' in html
    assert "<s>3 h</s>" in html
    assert "Gold, High, reply" in html
    assert CatalogEdit.objects.count() == 2
    assert html.count('class="cell is-changed"') == 1


def test_a_wrong_cell_is_marked_explained_and_cannot_be_published(lena: Client, draft: CatalogDraft) -> None:
    save(lena, draft, {HIGH: "4h"})
    html = lena.get("/desk/catalog/draft").content.decode()
    assert html.count('class="cell is-wrong"') == 1
    assert "Gold, High: the response target, 4 h, is longer than" in html
    assert "disabled>Publish v2" in html
    draft.refresh_from_db()
    answer = lena.post("/desk/catalog/draft/publish", {"revision": draft.revision})
    assert answer.status_code == 422
    assert CatalogVersion.objects.count() == 1


def test_one_button_puts_a_wrong_cell_back(lena: Client, draft: CatalogDraft) -> None:
    save(lena, draft, {HIGH: "4h"})
    save(lena, draft, {}, back=HIGH)
    draft.refresh_from_db()
    assert draft.document == draft.base.document


def test_what_cannot_be_read_stays_in_its_field_with_the_reason(lena: Client, draft: CatalogDraft) -> None:
    answer = save(lena, draft, {HIGH: "soon", "plans.gold.entitlements.ps_hours": "9"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="soon"' in html
    assert 'value="9"' in html
    assert "Write a time such as 4 h" in html
    draft.refresh_from_db()
    assert draft.document == draft.base.document


def test_a_draft_that_somebody_changed_meanwhile_keeps_what_is_typed(
    lena: Client, draft: CatalogDraft
) -> None:
    drafts.edit_draft(draft=draft, typed={HIGH: "2h"}, at=now(), by=SYSTEM)
    answer = lena.post("/desk/catalog/draft", {"revision": "1", f"f:{HIGH}": "1 h"})
    assert answer.status_code == 412
    assert 'value="1 h"' in answer.content.decode()
    assert "changed the draft meanwhile" in answer.content.decode()


def test_boxes_that_are_not_ticked_are_taken_away(lena: Client, draft: CatalogDraft) -> None:
    path = "plans.platinum.entitlements.rca"
    save(lena, draft, {}, boxes=f"f:{path}")
    draft.refresh_from_db()
    assert draft.document["plans"]["platinum"]["entitlements"]["rca"] is False
    save(lena, draft, {path: "on"}, boxes=f"f:{path}")
    draft.refresh_from_db()
    assert draft.document["plans"]["platinum"]["entitlements"]["rca"] is True


def test_a_sound_draft_is_published_on_its_day_and_can_be_taken_back(
    lena: Client, draft: CatalogDraft
) -> None:
    save(lena, draft, {HIGH: "2h"})
    draft.refresh_from_db()
    day = (now() + timedelta(days=400)).date()
    sent = {"revision": draft.revision, "starts": day.isoformat()}
    lena.post("/desk/catalog/draft/publish", sent)
    assert queries.version_in_force(now()).number == 1
    html = lena.get("/desk/catalog/?version=2&against=1").content.decode()
    assert "Take v2 back" in html
    assert "<s>3 h</s>" in html
    # Of the house, whoever looks: in Chicago, where it begins in the evening before, too.
    assert f">{full_day(day).en}</time>" in html
    assert f"{full_day(day).en}</span>" in html
    lena.post("/desk/catalog/2/withdraw")
    assert "taken back" in lena.get("/desk/catalog/").content.decode()


def test_an_older_version_can_be_rolled_back_to(lena: Client, draft: CatalogDraft) -> None:
    save(lena, draft, {HIGH: "2h"})
    draft.refresh_from_db()
    lena.post("/desk/catalog/draft/publish", {"revision": draft.revision})
    assert queries.version_in_force(now()).number == 2
    lena.post("/desk/catalog/1/roll-back")
    assert queries.version_in_force(now()).number == 3
    file = json.loads(lena.get("/desk/catalog/3.json").content)
    assert file["plans"]["gold"]["targets"]["high"]["response"] == "PT3H"


def test_the_draft_as_a_file_takes_what_the_matrix_has_no_field_for(
    lena: Client, draft: CatalogDraft
) -> None:
    document = draft.document | {
        "warnings": [60, 100],
        "ladder": [{"share": 60, "to": ["lead"]}, {"share": 100, "to": ["lead"]}],
    }
    sent = {"revision": draft.revision, "document": json.dumps(document)}
    assert lena.post("/desk/catalog/draft/file", sent).status_code == 302
    draft.refresh_from_db()
    assert draft.document["warnings"] == [60, 100]
    answer = lena.post("/desk/catalog/draft/file", {"revision": draft.revision, "document": '{"plans": 3'})
    assert answer.status_code == 422
    assert "{&quot;plans&quot;: 3" in answer.content.decode()
    assert "This is not JSON" in answer.content.decode()


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_others_read_everything_and_change_nothing(role: str, draft: CatalogDraft) -> None:
    carol = signed_in(make.agent(role=role).user)
    assert carol.get("/desk/catalog/").status_code == 200
    html = carol.get("/desk/catalog/draft").content.decode()
    assert "Publish" not in html
    assert "data-cell-field" not in html
    for path in (
        "draft",
        "draft/publish",
        "draft/discard",
        "draft/file",
        "begin",
        "1/roll-back",
        "1/withdraw",
    ):
        assert carol.post(f"/desk/catalog/{path}", {f"f:{HIGH}": "1h"}).status_code == 403
    draft.refresh_from_db()
    assert (draft.closed_at, draft.revision, draft.document) == (None, 1, draft.base.document)
    assert CatalogVersion.objects.count() == 1


@pytest.mark.parametrize("path", ["", "draft", "draft/file", "1.json"])
def test_no_customer_sees_the_vendors_catalog_pages(path: str, draft: CatalogDraft) -> None:  # noqa: ARG001 - a draft is open
    mallory = signed_in(people.user_for_contact(contact=make.mallory(), at=now()))
    assert mallory.get(f"/desk/catalog/{path}").status_code == 404


@pytest.mark.parametrize("query", ["?version=9", "?version=x", "?version=1&against=99999999999999"])
def test_a_version_that_is_not_there_is_not_there(lena: Client, query: str) -> None:
    assert lena.get(f"/desk/catalog/{query}").status_code == 404


def test_a_page_of_the_catalog_costs_few_queries(
    lena: Client, draft: CatalogDraft, django_assert_max_num_queries: object
) -> None:
    save(lena, draft, {HIGH: "2h"})
    with django_assert_max_num_queries(25):
        lena.get("/desk/catalog/draft")
