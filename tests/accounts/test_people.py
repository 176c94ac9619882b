from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.accounts import queries
from sterling.accounts.actions import customers, people
from sterling.accounts.models import Agent, ApiToken, Contact, Organization, SignInLink
from sterling.base.actor import SYSTEM
from sterling.base.errors import Invalid
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")


def test_a_token_is_kept_as_a_hash_of_a_long_secret() -> None:
    secret = people.create_token(user=make.agent().user, name="x", at=TUESDAY, by=SYSTEM)
    row = ApiToken.objects.get()
    assert secret not in {row.digest, row.name}
    assert len(secret) > 40
    assert people.token_of(secret=secret, at=TUESDAY) == row
    assert people.token_of(secret=secret + "x", at=TUESDAY) is None


def test_a_token_ends_when_it_expires_is_revoked_or_its_user_goes() -> None:
    user = make.agent().user
    secret = people.create_token(user=user, name="x", at=TUESDAY, by=SYSTEM, life=timedelta(hours=1))
    assert people.token_of(secret=secret, at=TUESDAY + timedelta(minutes=59)) is not None
    assert people.token_of(secret=secret, at=TUESDAY + timedelta(hours=1)) is None
    forever = people.create_token(user=user, name="y", at=TUESDAY, by=SYSTEM)
    ApiToken.objects.filter(name="y").update(revoked_at=TUESDAY)
    assert people.token_of(secret=forever, at=TUESDAY) is None
    other = people.create_token(user=user, name="z", at=TUESDAY, by=SYSTEM)
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert people.token_of(secret=other, at=TUESDAY) is None


def test_a_link_works_once_and_not_after_its_quarter_of_an_hour() -> None:
    user = make.agent().user
    secret = people.make_link(user=user, at=TUESDAY)
    assert SignInLink.objects.get().digest != secret
    assert people.use_link(secret=secret, at=TUESDAY + timedelta(minutes=14)) == user
    assert people.use_link(secret=secret, at=TUESDAY + timedelta(minutes=14)) is None
    late = people.make_link(user=user, at=TUESDAY)
    assert people.use_link(secret=late, at=TUESDAY + timedelta(minutes=15)) is None


def test_a_contacts_address_does_not_become_staff_without_a_word() -> None:
    alice = make.alice()
    with pytest.raises(Invalid) as refused:
        people.create_agent(name="Ana", email=alice.email, role="agent", region=None, at=TUESDAY, by=SYSTEM)
    assert refused.value.errors[0].field == "email"
    assert "a contact of Halden Freight" in refused.value.errors[0].text.en
    assert not Agent.objects.exists()
    made = people.create_agent(
        name="Ana",
        email=alice.email,
        role="agent",
        region=None,
        although_contact=True,
        at=TUESDAY,
        by=SYSTEM,
    )
    assert made.user.email == alice.email


@pytest.mark.parametrize("domain", ["gmail.com", "QQ.com", "not a domain", ""])
def test_a_public_or_impossible_domain_is_refused_by_name(domain: str) -> None:
    with pytest.raises(Invalid) as refused:
        make.organization(domains=[domain])
    assert refused.value.errors[0].field == "domains.0"
    assert not Organization.objects.filter(name="Halden Freight").exists()


def test_a_domain_belongs_to_one_organization() -> None:
    make.organization("First", domains=["halden.example"])
    with pytest.raises(Invalid, match=r"lists HALDEN\.example already"):
        make.organization("Second", domains=["HALDEN.example"])


def test_two_contacts_cannot_share_an_address_whatever_its_case() -> None:
    halden = make.organization()
    make.contact(halden, "Alice", email="alice@halden.example")
    with pytest.raises(Invalid) as refused:
        make.contact(halden, "Alias", email="ALICE@halden.example")
    assert refused.value.errors[0].field == "email"


def test_the_same_unknown_sender_is_the_same_person() -> None:
    first = customers.sender(email="A@x.example", name="A", language="en", at=TUESDAY)
    again = customers.sender(email="a@X.example", name="Other", language="zh", at=TUESDAY)
    assert first == again
    assert Contact.objects.count() == 1
    assert (first.organization.is_provisional, first.organization.region_id) == (True, "default")


def test_the_longest_listed_domain_decides() -> None:
    make.organization("Parent", domains=["halden.example"])
    child = make.organization("Child", domains=["north.halden.example"])
    assert queries.organization_by_domain("mail.north.halden.example") == child
    assert queries.organization_by_domain("example") is None
