"""`sterling mailbox`: add, list and try mailboxes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from sterling.config.joined import joined

WIDTHS = (4, 22, 34, 9)


@click.group()
def mailbox() -> None:
    """The addresses that take mail."""


@mailbox.command("add")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@click.option("--name", help="What people call it (default: the first address).")
@click.option("--region", default="", help="The support region of unknown senders.")
@click.option("--language", type=click.Choice(["en", "zh"]), default=None, help="Of unknown senders.")
@click.option(
    "--silent-after", type=click.IntRange(1), metavar="HOURS", help="Warn when no mail came for so long."
)
@click.option(
    "--host", default="", help="Fetch by IMAP from this server; without it our own listener takes mail."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Default: 993, or 143 with STARTTLS.")
@click.option("--security", type=click.Choice(["tls", "starttls", "none"]), default="tls", show_default=True)
@click.option("--user", default="", help="Default: the first address.")
@click.option(
    "--secret-file",
    type=click.File("r"),
    metavar="FILE",
    help="Holds the password, or with --token-url the refresh token; - for standard input.",
)
@click.option("--token-url", default="", help="OAuth2: where access tokens are had.")
@click.option("--client-id", default="", help="OAuth2: the registered client.")
@click.option(
    "--client-secret-file", type=click.Path(exists=True, path_type=Path), metavar="FILE", help="OAuth2."
)
@click.option("--scope", default="", help="OAuth2.")
@click.option("--folder", default="INBOX", show_default=True)
@click.option("--then", type=click.Choice(["keep", "move", "delete"]), default="keep", show_default=True,
              help="What becomes of a fetched mail on the server; keep marks it as seen.")  # fmt: skip
@click.option("--move-to", default="", help="With --then move: the folder.")
@click.option("--existing", is_flag=True, help="Take the mail that is in the folder already, too.")
@joined
def add(
    addresses: tuple[str, ...],
    name: str | None,
    region: str,
    language: str | None,
    silent_after: int | None,
    host: str,
    port: int | None,
    security: str,
    user: str,
    secret_file: IO[str] | None,
    token_url: str,
    client_id: str,
    client_secret_file: Path | None,
    scope: str,
    folder: str,
    then: str,
    move_to: str,
    existing: bool,
) -> None:
    """Take mail for these addresses.

    \b
    Examples:
      sterling mailbox add support@example.com help@example.com
      sterling mailbox add support@example.com --host imap.example.com --secret-file password.txt
    """
    from sterling.base.actor import SYSTEM
    from sterling.base.moment import now
    from sterling.channels.email.mailboxes.actions import add_mailbox
    from sterling.channels.email.mailboxes.drafts import Draft

    secret = secret_file.read().strip() if secret_file else ""
    made = add_mailbox(
        draft=Draft(
            name=name or addresses[0],
            addresses=addresses,
            kind="imap" if host else "listener",
            region=region,
            language=language or "",
            silent_after_hours=silent_after,
            host=host,
            port=port,
            security=security,
            user=user or addresses[0],
            sign_in="oauth2" if token_url else "password",
            password="" if token_url else secret,
            refresh_token=secret if token_url else "",
            token_url=token_url,
            client_id=client_id,
            client_secret=client_secret_file.read_text(encoding="utf-8").strip()
            if client_secret_file
            else "",
            scope=scope,
            folder=folder,
            afterwards=then,
            move_to=move_to,
            takes_existing=existing,
        ),
        at=now(),
        by=SYSTEM,
    )
    click.echo(f"{made.pk} {made.name}")


@mailbox.command("list")
@joined
def list_command() -> None:
    """Every mailbox and how it fares."""
    from sterling.channels.email.mailboxes.queries import all_mailboxes, health_of

    found = health_of(list(all_mailboxes()))
    if not found:
        click.echo("no mailbox is set up: the intake takes any recipient, on loopback only", err=True)
    for health in found:
        addresses = ", ".join(row.email for row in health.mailbox.addresses.all())
        cells = (str(health.mailbox.pk), health.mailbox.name, addresses, health.state)
        last = f"{health.last_message_at:%Y-%m-%d %H:%MZ}" if health.last_message_at else "no mail yet"
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
        click.echo(f"{line}  {last}" + (f"  {health.error}" if health.error else ""))


@mailbox.command("test")
@click.argument("number", type=int, metavar="ID")
@joined
def test_command(number: int) -> None:
    """Sign in to a mailbox and open its folder, fetching nothing. ID as `sterling mailbox list` shows it."""
    from sterling.base.moment import now
    from sterling.channels.email.mailboxes.probing import probe
    from sterling.channels.email.mailboxes.queries import all_mailboxes

    found = all_mailboxes().filter(pk=number).first()
    if found is None:
        raise click.ClickException(f"{number}: there is no such mailbox; see sterling mailbox list")
    tried = probe(found, now())
    click.echo(tried.said.en, err=not tried.works)
    if not tried.works:
        sys.exit(1)
