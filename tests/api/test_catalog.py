"""The catalog's versions and the draft of the next one, as the desk has them."""

from __future__ import annotations

from typing import Any

import pytest

from sterling.plans.models import CatalogDraft, CatalogVersion
from tests import make
from tests.api.client import Holder, holder

PRICE = "plans.gold.price.USD.commercial"
HIGH = "plans.gold.targets.high.response"


def drafted(admin: Holder, **cells: str) -> Any:
    assert admin.post("/catalog/draft").status == 201
    return admin.patch("/catalog/draft", cells=cells)


def test_the_version_in_force_is_listed_and_read_with_what_stands_on_it(admin: Holder) -> None:
    make.organization()
    listed = admin.get("/catalog/versions")["items"]
    assert [(row["number"], row["state"]) for row in listed] == [(1, "in force")]
    one = admin.get("/catalog/versions/1")
    assert (one["contracts"], one["document"]["plans"]["gold"]["price"]["USD"]["commercial"]) == (1, 28000)
    assert admin.get("/catalog/versions/7").kind == "not-found"


def test_a_draft_is_begun_changed_checked_and_put_in_force(admin: Holder) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    changed = drafted(admin, **{PRICE: "29,000", HIGH: "2 h 30 min"})
    assert (changed.status, changed["revision"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert [(one["path"], one["before"], one["after"]) for one in changed["changes"]] == [
        (HIGH, "PT3H", "PT2H30M"), (PRICE, 28000, 29000),
    ]  # fmt: skip
    assert [(one["path"], one["by"]) for one in changed["edits"]] == [
        (PRICE, "Ada Admin"), (HIGH, "Ada Admin"),
    ]  # fmt: skip
    assert changed["findings"] == []
    made = admin.post("/catalog/draft/publish")
    assert (made.status, made["number"], made["state"]) == (201, 2, "in force")
    assert admin.get("/catalog/draft").kind == "not-found"
    compared = admin.get("/catalog/versions/2/compare?against=1")["items"]
    assert [one["path"] for one in compared] == [HIGH, PRICE]
    # What runs keeps the version it was opened under (R12).
    ticket.timeline.refresh_from_db()
    assert ticket.timeline.catalog_version.number == 1
    later = make.ticket(make.alice(make.organization("Later Ltd")), priority="high")
    assert later.timeline.catalog_version.number == 2


def test_one_wrong_cell_is_named_and_nothing_comes_into_force(admin: Holder) -> None:
    unread = drafted(admin, **{HIGH: "soonish", PRICE: "1"})
    assert (unread.status, unread.fields) == (422, [HIGH])
    assert admin.get("/catalog/draft")["changes"] == []
    slower = admin.patch("/catalog/draft", cells={HIGH: "5 h"})
    assert [(one["level"], one["path"]) for one in slower["findings"]] == [("error", HIGH)]
    refused = admin.post("/catalog/draft/publish")
    assert (refused.status, set(refused.fields)) == (422, {HIGH})
    assert CatalogVersion.objects.count() == 1
    assert admin.patch("/catalog/draft", cells={HIGH: "3 h"})["findings"] == []


def test_a_day_puts_a_version_in_force_later_and_it_may_be_taken_back_until_then(admin: Holder) -> None:
    drafted(admin, **{PRICE: "29000"})
    assert admin.patch("/catalog/draft", starts="2026-03-03").fields == ["starts"]
    assert admin.patch("/catalog/draft", starts="2026-04-01")["starts"] == "2026-04-01"
    made = admin.post("/catalog/draft/publish")
    assert (made["state"], made["in_force_from"]) == ("later", "2026-04-01T00:00:00Z")
    assert admin.post("/catalog/versions/2/take-back")["state"] == "taken back"
    again = admin.post("/catalog/versions/1/take-back")
    assert (again.status, again.kind) == (409, "conflict")
    assert [(row["number"], row["state"]) for row in admin.get("/catalog/versions")["items"]] == [
        (2, "taken back"), (1, "in force"),
    ]  # fmt: skip


def test_an_older_version_is_rolled_back_to(admin: Holder) -> None:
    drafted(admin, **{PRICE: "29000"})
    admin.post("/catalog/draft/publish")
    back = admin.post("/catalog/versions/1/roll-back")
    assert (back.status, back["number"], back["state"]) == (201, 3, "in force")
    assert admin.get("/catalog/versions/3/compare?against=1")["items"] == []
    assert admin.post("/catalog/versions/1/roll-back").status == 409


def test_a_draft_is_one_keeps_its_etag_takes_a_document_and_is_given_up(admin: Holder) -> None:
    document = drafted(admin)["document"]
    assert admin.post("/catalog/draft").kind == "conflict"
    assert admin.sending(If_Match='"9"').patch("/catalog/draft", cells={PRICE: "1"}).kind == "stale"
    assert admin.patch("/catalog/draft", cells={}, document=document).fields == ["document"]
    assert admin.patch("/catalog/draft", document={"version": 1}).status == 422
    document["plans"]["gold"]["price"]["USD"]["public"] = 20000
    assert [one["path"] for one in admin.patch("/catalog/draft", document=document)["changes"]] == [
        "plans.gold.price.USD.public"
    ]
    assert admin.delete("/catalog/draft").status == 200
    assert CatalogDraft.objects.filter(closed_at=None).count() == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/catalog/draft"), ("PATCH", "/catalog/draft"), ("DELETE", "/catalog/draft"),
        ("POST", "/catalog/draft/publish"), ("POST", "/catalog/versions/1/roll-back"),
        ("POST", "/catalog/versions/1/take-back"),
    ],
)  # fmt: skip
def test_an_engineer_reads_the_catalog_and_leaves_it_to_the_administrators(
    carol: Holder, admin: Holder, method: str, path: str
) -> None:
    drafted(admin, **{PRICE: "29000"})
    assert carol.get("/catalog/draft")["revision"] == 2
    lead = holder(make.agent("Lena Sommer", role="lead"))
    for who in (carol, lead):
        assert who.raw(method, path, b"{}").kind == "not-allowed"
    assert (CatalogVersion.objects.count(), CatalogDraft.objects.get().revision) == (1, 2)
