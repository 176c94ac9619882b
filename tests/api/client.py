"""A holder of a token: calls the API as that person would, and hands back the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact, User
from sterling.base.actor import SYSTEM
from sterling.base.moment import now

ROOT = "/api/v1"


def token_for(who: Agent | Contact | User, *scopes: str) -> str:
    if isinstance(who, Contact):
        user = people.user_for_contact(contact=who, at=now())
    else:
        user = who.user if isinstance(who, Agent) else who
    return people.create_token(user=user, name="test", scopes=scopes, at=now(), by=SYSTEM)


@dataclass(slots=True)
class Answer:
    status: int
    body: Any
    headers: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    @property
    def kind(self) -> str:
        """The last word of a problem's type."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["type"]).rpartition("/")[2]

    @property
    def fields(self) -> list[str]:
        return [error["field"] for error in self.body["errors"]]


class Holder:
    """`carol.get("/tickets")`, `carol.post("/tickets", subject=…)`; headers by `carol.sending(if_match=…)`."""

    def __init__(self, token: str, **headers: str) -> None:
        self.token = token
        self.headers = headers

    def sending(self, **headers: str) -> Holder:
        return Holder(self.token, **self.headers, **headers)

    def raw(self, method: str, path: str, data: bytes = b"") -> Answer:
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        found = Client().generic(method, ROOT + path, data, content_type="application/json", headers=headers)
        is_json = "json" in found["Content-Type"]
        return Answer(found.status_code, json.loads(found.getvalue()) if is_json else found.getvalue(), found)

    def get(self, path: str) -> Answer:
        return self.raw("GET", path)

    def post(self, path: str, **body: Any) -> Answer:
        return self.raw("POST", path, json.dumps(body).encode())

    def patch(self, path: str, **body: Any) -> Answer:
        return self.raw("PATCH", path, json.dumps(body).encode())

    def put(self, path: str, **body: Any) -> Answer:
        return self.raw("PUT", path, json.dumps(body).encode())

    def delete(self, path: str) -> Answer:
        return self.raw("DELETE", path)


def holder(who: Agent | Contact | User, *scopes: str) -> Holder:
    return Holder(token_for(who, *scopes))
