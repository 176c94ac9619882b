"""People and organizations."""

from sterling.accounts.models.organizations import Contact, Domain, Organization
from sterling.accounts.models.regions import Region
from sterling.accounts.models.sign_in import ApiToken, SignInLink
from sterling.accounts.models.staff import Agent, Role, User

__all__ = [
    "Agent", "ApiToken", "Contact", "Domain", "Organization", "Region", "Role", "SignInLink", "User",
]  # fmt: skip
