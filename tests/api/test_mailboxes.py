from __future__ import annotations

from sterling.channels.email.mailboxes.models import Mailbox
from tests.api.client import Holder

IMAP = {"kind": "imap", "host": "127.0.0.1", "port": 1, "security": "none", "user": "support"}


def test_a_mailbox_is_added_changed_paused_and_tried_and_its_secret_never_comes_out(admin: Holder) -> None:
    made = admin.post(
        "/mailboxes", name="EMEA", addresses=["EMEA@Vendor.example"], password="correct horse", **IMAP
    )
    assert (made.status, made["addresses"], made["state"]) == (201, ["emea@vendor.example"], "waiting")
    path = f"/mailboxes/{made['id']}"
    changed = admin.patch(path, name="Europe", silent_after_hours=8, paused=True)
    assert (changed["name"], changed["silent_after_hours"], changed["state"]) == ("Europe", 8, "paused")
    assert admin.patch(path, silent_after_hours=None)["silent_after_hours"] is None
    tried = admin.post(f"{path}/test")
    assert (tried["works"], tried["trouble"]) == (False, "unreachable")
    listed = admin.get("/mailboxes")
    assert [one["name"] for one in listed["items"]] == ["Europe"]
    assert "horse" not in str([made.body, changed.body, tried.body, listed.body])
    assert Mailbox.objects.get().password


def test_bad_fields_are_named_and_nothing_is_saved(admin: Holder) -> None:
    refused = admin.post("/mailboxes", name="X", addresses=[], kind="imap", region="mars")
    assert refused.status == 422
    assert set(refused.fields) == {"addresses", "region", "host", "user", "password"}
    assert not Mailbox.objects.exists()


def test_an_engineer_neither_sees_nor_changes_mailboxes(admin: Holder, carol: Holder) -> None:
    made = admin.post("/mailboxes", name="EMEA", addresses=["emea@vendor.example"])
    path = f"/mailboxes/{made['id']}"
    for answer in (
        carol.get("/mailboxes"),
        carol.get(path),
        carol.patch(path, paused=True),
        carol.post(f"{path}/test"),
        carol.post("/mailboxes", name="M", addresses=["m@vendor.example"]),
    ):
        assert (answer.status, answer.kind) == (403, "not-allowed")
    box = Mailbox.objects.get()
    assert (box.version, box.is_enabled) == (1, True)
