"""One mailbox, one address: a domain in its own letters and in ASCII (IDNA) is the same domain.

What stands before the @ is the other server's affair; here it is only put in small letters, as everywhere.
"""

from __future__ import annotations

import re
import unicodedata

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_WIRED = "xn--"
_LONGEST_LABEL = 63
_TAKEN = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Nd"})


def one_form(address: str) -> str:
    """In small letters, the domain in its own script: what is compared, and kept of people who are new."""
    address = address.strip().lower()
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{in_letters(domain)}"


def forms(address: str) -> tuple[str, ...]:
    """As it may have been kept: as it is written here, then otherwise. Mostly there is one way."""
    address = address.strip().lower()
    local, at, domain = address.rpartition("@")
    return tuple(dict.fromkeys([address, *(f"{local}{at}{one}" for one in domain_forms(domain))]))


def domain_forms(domain: str) -> tuple[str, ...]:
    """The same for a domain alone."""
    domain = domain.lower()
    if _is_plain(domain):
        return (domain,)
    return tuple(dict.fromkeys([domain, in_letters(domain), in_ascii(domain)]))


def in_letters(domain: str) -> str:
    """`xn--mller-kva.example` as `müller.example`. What cannot be read so stays as it is."""
    if _is_plain(domain):
        return domain
    return ".".join(_letters(label) for label in _DOTS.split(domain))


def in_ascii(domain: str) -> str:
    """`müller.example` as `xn--mller-kva.example`. What no registry would take stays as it is."""
    if domain.isascii():
        return domain
    return ".".join(_ascii(label) for label in _DOTS.split(domain))


def _is_plain(domain: str) -> bool:
    return domain.isascii() and _WIRED not in domain


def _letters(label: str) -> str:
    if not label.startswith(_WIRED) or len(label) > _LONGEST_LABEL:
        return unicodedata.normalize("NFC", label)
    try:
        letters = label.removeprefix(_WIRED).encode("ascii").decode("punycode")
    except (ValueError, OverflowError):
        return label
    return letters if _may_be_written(letters) and _ascii(letters) == label else label


def _may_be_written(letters: str) -> bool:
    """Small letters and digits, as a registry takes them: nothing else may pass as a domain on a page."""
    small = unicodedata.normalize("NFKC", letters.lower())
    return (
        letters == small
        and not letters.isascii()
        and all(one == "-" or unicodedata.category(one) in _TAKEN for one in letters)
    )


def _ascii(label: str) -> str:
    label = unicodedata.normalize("NFC", label.lower())
    return _WIRED + label.encode("punycode").decode("ascii") if _may_be_written(label) else label
