"""People and organizations."""

from sterling.accounts.models.organizations import Contact, Domain, Organization
from sterling.accounts.models.primaries import Primary
from sterling.accounts.models.regions import Region
from sterling.accounts.models.shifts import Absence, Shift
from sterling.accounts.models.sign_in import ApiToken, SignInCode, SignInLink
from sterling.accounts.models.staff import Agent, Role, User

__all__ = [
    "Absence", "Agent", "ApiToken", "Contact", "Domain", "Organization", "Primary", "Region", "Role", "Shift", "SignInCode",
    "SignInLink", "User",
]  # fmt: skip
