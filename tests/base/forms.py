"""What a form of a page carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client


def word_in(client: Client, path: str, at: str = "<main") -> str:
    """The word that makes a form that one (`{% once %}`); `at`: where that form begins on the page."""
    page = client.get(path).content.decode()
    assert at in page
    found = page.partition(at)[2].partition('name="once" value="')[2].partition('"')[0]
    assert found
    return found
