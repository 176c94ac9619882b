"""Secrets at rest: sealed with a key derived from the installation's own, opened only where they are used."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unopenable(ValueError):
    """Sealed under another secret key; it has to be entered again."""


def _box(purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"sterling {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


def seal(secret: str, purpose: str) -> str:
    """`secret` as text that says nothing without the key; empty stays empty."""
    return _box(purpose).encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str, purpose: str) -> str:
    """What `seal` was given for the same purpose. Unopenable: the secret key is another one now."""
    if not sealed:
        return ""
    try:
        return _box(purpose).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeError) as error:
        raise Unopenable("sealed under another STERLING_SECRET_KEY: enter it again") from error
