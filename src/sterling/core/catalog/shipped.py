"""The catalogs that come with the product, and the human names of what they grant."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sterling.core.catalog.data import default_document, literal_document, shared_terms
from sterling.core.catalog.document import read_catalog
from sterling.core.catalog.fields import Field
from sterling.core.catalog.terms import read_entitlement

if TYPE_CHECKING:
    from sterling.core.catalog.entitlements import Entitlement
    from sterling.core.catalog.model import Catalog


class Profile(StrEnum):
    """Two readings of the same plans: `literal` counts Gold and Platinum on local business hours too."""

    DEFAULT = "default"
    LITERAL = "literal"


_DOCUMENTS = {Profile.DEFAULT: default_document, Profile.LITERAL: literal_document}

# The vocabulary as shipped. A catalog's own terms are in `Catalog.entitlements`.
ENTITLEMENTS: dict[str, Entitlement] = {
    name: read_entitlement(field)
    for name, field in Field(shared_terms()["entitlements"], "entitlements").entries()
}


@cache
def shipped(profile: str = "default") -> Catalog:
    """The catalog that a new installation starts with. ValueError for a profile that is not shipped."""
    if profile not in _DOCUMENTS:
        raise ValueError(f"there is no profile {profile!r} (profiles: {', '.join(Profile)})")
    return read_catalog(_DOCUMENTS[Profile(profile)]())
