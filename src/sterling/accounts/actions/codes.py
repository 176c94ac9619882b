"""Signing in by six digits that come by mail: asked for, mailed, tried, used once.

Whether anybody has the address makes no difference before the mail: the same row, the same job, the same answer.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac

from sterling.accounts import checks, queries
from sterling.accounts.actions.people import digest, user_named
from sterling.accounts.models import SignInCode
from sterling.base import jobs
from sterling.base.errors import SterlingError
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sterling.accounts.models import User

LIFE = timedelta(minutes=10)
TRIES = 5
DIGITS = 6
LOCK = 7_105_003
KEPT = timedelta(days=1)
# In so much time at most so many, whoever has the address.
OF_AN_ADDRESS = ((timedelta(minutes=15), 5), (timedelta(days=1), 20))
OF_A_PEER = ((timedelta(minutes=15), 60),)
LEASE = timedelta(minutes=1)
AGAIN = timedelta(seconds=20)


class TooMany(SterlingError):
    """Enough codes were asked for; from `again` on there are more."""

    kind = "too-many"
    status = 429

    def __init__(self, again: datetime) -> None:
        super().__init__(Text("Too many codes were asked for.", "请求验证码过于频繁。"))
        self.again = again


class CodeEnded(SterlingError):
    """The code was used, is too old, or was tried too often: only a new one helps."""

    kind = "code-ended"
    status = 410

    def __init__(self) -> None:
        super().__init__(Text("This code no longer works. Ask for a new one.", "验证码已失效，请重新获取。"))


class WrongCode(SterlingError):
    """Not these digits; `left` more tries."""

    kind = "wrong-code"
    status = 422

    def __init__(self, left: int) -> None:
        super().__init__(
            Text(
                f"These are not the digits that we sent. {left} more {'try' if left == 1 else 'tries'}.",
                f"验证码不正确，还可尝试 {left} 次。",
            )
        )
        self.left = left


@transaction.atomic
def ask(*, email: str, language: str, peer: str, at: datetime) -> str:
    """A code for `email` is on its way if that is somebody's. Returns the secret that the browser keeps.

    Invalid: not an address. TooMany: for this address, or from this peer.
    """
    address = checks.persons_address(email)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    _throttle({"email": address}, OF_AN_ADDRESS, at)
    if peer:
        _throttle({"peer": peer}, OF_A_PEER, at)
    secret = secrets.token_urlsafe(32)
    row = SignInCode.objects.create(
        digest=digest(secret),
        email=address,
        language=checks.language_code(language),
        peer=peer,
        created_at=at,
        expires_at=at + LIFE,
        next_attempt_at=at,
    )
    jobs.enqueue(jobs.MAIL_CODE, code=row.pk)
    return secret


def _throttle(whose: Mapping[str, str], limits: tuple[tuple[timedelta, int], ...], at: datetime) -> None:
    for window, most in limits:
        lately = SignInCode.objects.filter(**whose, created_at__gt=at - window).order_by("-created_at")
        times = list(lately.values_list("created_at", flat=True)[:most])
        if len(times) == most:
            raise TooMany(times[-1] + window)


def asked(*, secret: str, at: datetime) -> SignInCode | None:
    """What this browser asked for, while the code can still be used."""
    return SignInCode.objects.filter(
        digest=digest(secret), used_at=None, expires_at__gt=at, tries__lt=TRIES
    ).first()


def last_asked(*, secret: str) -> SignInCode | None:
    """What this browser asked for, usable or not: for the address, so that nobody types it twice."""
    return SignInCode.objects.filter(digest=digest(secret)).first()


def digits_of(row: SignInCode) -> str:
    """Six digits that only the installation's key can find for this row."""
    mac = salted_hmac("sterling.sign-in-code", row.digest, algorithm="sha256").digest()
    return f"{int.from_bytes(mac) % 10**DIGITS:0{DIGITS}}"


def use(*, secret: str, typed: str, at: datetime) -> User:
    """Whoever asked and knows the digits. A try is counted before it is looked at; WrongCode, CodeEnded."""
    found = asked(secret=secret, at=at)
    if found is None:
        raise CodeEnded
    open_row = SignInCode.objects.filter(pk=found.pk, used_at=None, tries__lt=TRIES)
    if not open_row.update(tries=F("tries") + 1):
        raise CodeEnded
    user = _let_in(found, at) if constant_time_compare(_cleaned(typed), digits_of(found)) else None
    if user is None:
        left = TRIES - 1 - found.tries
        raise WrongCode(left) if left > 0 else CodeEnded
    return user


@transaction.atomic
def _let_in(row: SignInCode, at: datetime) -> User | None:
    """The person, and the code is used up; None for nobody's address. CodeEnded: it was used meanwhile."""
    user = user_named(row.email, at=at)
    if user is None or not user.is_active:
        return None
    if not SignInCode.objects.filter(pk=row.pk, used_at=None).update(used_at=at):
        raise CodeEnded
    return user


def _cleaned(typed: str) -> str:
    """Digits as people type and paste them: in groups, in full width."""
    return "".join(each for each in unicodedata.normalize("NFKC", typed) if each.isdecimal())


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail with a code needs."""

    code: SignInCode
    digits: str
    language: str


def claim(*, code_id: int, at: datetime) -> Letter | None:
    """The mail to send now, and nobody else sends it for a minute. None: not due, too late, or nobody's address."""
    due = SignInCode.objects.filter(pk=code_id, sent_at=None, next_attempt_at__lte=at)
    if not due.update(next_attempt_at=at + LEASE):
        return None
    row = SignInCode.objects.get(pk=code_id)
    language = queries.language_of_sign_in(row.email)
    if language is None or row.expires_at <= at or row.used_at:
        given_up(code=row)
        return None
    return Letter(row, digits_of(row), language or row.language)


def sent(*, code: SignInCode, at: datetime) -> None:
    SignInCode.objects.filter(pk=code.pk).update(sent_at=at, next_attempt_at=None, error="")


def delayed(*, code: SignInCode, reason: str, at: datetime) -> None:
    SignInCode.objects.filter(pk=code.pk).update(next_attempt_at=at + AGAIN, error=reason[:500])


def given_up(*, code: SignInCode, reason: str = "") -> None:
    SignInCode.objects.filter(pk=code.pk).update(next_attempt_at=None, error=reason[:500])


def due(*, at: datetime, most: int) -> list[int]:
    """Codes whose mail waits."""
    rows = SignInCode.objects.filter(next_attempt_at__lte=at).order_by("next_attempt_at")
    return list(rows.values_list("pk", flat=True)[:most])


def waiting(*, at: datetime) -> list[Letter]:
    """Codes that could not be mailed yet and still work, for whoever runs the installation."""
    rows = SignInCode.objects.filter(
        Q(next_attempt_at__isnull=False), used_at=None, sent_at=None, expires_at__gt=at, tries__lt=TRIES
    ).order_by("-created_at")
    letters = []
    for row in rows[:50]:
        language = queries.language_of_sign_in(row.email)
        if language is not None:
            letters.append(Letter(row, digits_of(row), language or row.language))
    return letters


def forget(*, at: datetime) -> int:
    """Rows that no limit asks for any more. How many."""
    return SignInCode.objects.filter(created_at__lte=at - KEPT).delete()[0]
