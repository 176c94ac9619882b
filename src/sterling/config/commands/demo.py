"""`sterling demo`."""

from __future__ import annotations

import click

from sterling.config.joined import joined


@click.command()
@joined
def demo() -> None:
    """Fill in a demo vendor: engineers, eight customers on four plans, two months of tickets up to now.

    Prints one-time sign-in links. Running it again adds nothing.

    \b
    Examples:
      sterling demo
      sterling demo --data /tmp/try-it
    """
    from django.conf import settings

    from sterling.base.moment import now
    from sterling.config.demo import fill
    from sterling.config.links import link_for

    made = fill(at=now())
    if made is None:
        click.echo("sterling: the demo is there already; nothing was added", err=True)
        return
    click.echo(f"sterling: {made.tickets} demo tickets; the links work once, within 15 minutes", err=True)
    at = now()
    for who, email in (("staff", made.staff_email), ("customer", made.customer_email)):
        click.echo(f"{who}  {email}  {link_for(email, base=settings.BASE_URL, at=at)}")
