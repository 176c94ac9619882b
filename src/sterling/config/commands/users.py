"""`sterling user create`, `sterling link`, `sterling token create`."""

from __future__ import annotations

import click

from sterling.config.joined import joined


@click.group()
def user() -> None:
    """Create staff."""


@user.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(["admin", "lead", "agent"]), required=True)
@click.option("--region", help="A region's id, such as americas.")
@click.option("--tier", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option("--name", help="How the person is called; from the address when left out.")
@click.option(
    "--although-contact",
    is_flag=True,
    help="Even if EMAIL is a customer's contact, who then works as staff and sees every customer.",
)
@joined
def create_user(
    *, email: str, role: str, region: str | None, tier: int, name: str | None, although_contact: bool
) -> None:
    """Create an engineer, lead or administrator with the address EMAIL.

    \b
    Examples:
      sterling user create ana@example.com --role admin
      sterling user create li@example.com --role agent --region china --tier 3
    """
    from sterling.accounts import queries
    from sterling.accounts.actions.people import create_agent
    from sterling.base.actor import SYSTEM
    from sterling.base.moment import now

    found = None
    if region:
        found = queries.region(region)
        if found is None:
            known = ", ".join(row.pk for row in queries.regions())
            raise click.ClickException(f"--region: there is no region {region!r}; there are {known}")
    agent = create_agent(
        name=name or email.partition("@")[0],
        email=email,
        role=role,
        region=found,
        tier=tier,
        although_contact=although_contact,
        at=now(),
        by=SYSTEM,
    )
    click.echo(
        f"{agent.user.email} is {role} now. A sign-in link: sterling link {agent.user.email}", err=True
    )
    click.echo(str(agent.pk))


@click.command()
@click.argument("email")
@click.option("--to-send", is_flag=True, help="For a mail or a chat: opening the link asks for one press.")
@joined
def link(email: str, to_send: bool) -> None:
    """Print a one-time sign-in link for EMAIL, staff or contact. It works once, within 15 minutes.

    \b
    Mail scanners and chat previews open what they find, and would use the link up. One made with
    --to-send signs in only when its button is pressed.

    \b
    Examples:
      sterling link ana@example.com
      sterling link ana@example.com --to-send
    """
    from django.conf import settings

    from sterling.base.moment import now
    from sterling.config.links import link_for

    made = link_for(email, base=settings.BASE_URL, at=now(), press=to_send)
    if made is None:
        raise click.ClickException(
            f"nobody here has the address {email}; make them with: sterling user create {email} --role agent"
        )
    click.echo(made)


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--user", "email", metavar="EMAIL", help="Whose rights it has; the first administrator when left out."
)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(["read", "write"]), help="Default: all.")
@joined
def create_token(name: str, email: str | None, scopes: tuple[str, ...]) -> None:
    """Print a new API token, once, as the last word on standard output.

    \b
    Examples:
      sterling token create --name monitoring --scope read
      sterling token create --name import --user ana@example.com
    """
    from sterling.accounts.actions import people
    from sterling.base.actor import SYSTEM
    from sterling.base.moment import now
    from sterling.config.links import administrator

    at = now()
    owner = people.user_named(email, at=at) if email else administrator(at=at)
    if owner is None:
        raise click.ClickException(f"--user: nobody here has the address {email}")
    click.echo(people.create_token(user=owner, name=name, scopes=scopes, at=at, by=SYSTEM))
