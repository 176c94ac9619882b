"""The `sterling` command: each subcommand lives in `config/commands/` and is imported only when called."""

from __future__ import annotations

import importlib
import sys

import click

import sterling

# name -> (module under config.commands, one line of help). The order is the order of --help.
COMMANDS = {
    "up": ("up", "Everything in one: database, web, events, worker, mail intake."),
    "web": ("processes", "The web process alone."),
    "events": ("processes", "The live-update process alone."),
    "worker": ("processes", "The worker process alone."),
    "smtp": ("processes", "The mail intake alone."),
    "fetch": ("processes", "The fetching of IMAP mailboxes alone."),
    "mailbox": ("mailbox", "Add, list and try mailboxes."),
    "demo": ("demo", "Fill in a demo vendor with customers and tickets."),
    "user": ("users", "Create staff."),
    "link": ("users", "A one-time sign-in link."),
    "token": ("users", "API tokens."),
    "catalog": ("catalog", "Show, check, load and compare plan catalogs."),
    "replay": ("replay", "Timelines to clocks."),
    "explain": ("replay", "Timelines to clocks with their reasons."),
    "mail": ("mail", "How the intake reads messages."),
    "doctor": ("doctor", "Check the installation and say what to do."),
    "backup": ("backup", "Everything into one file."),
    "restore": ("backup", "Everything back from one file."),
}


class Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        path = f"sterling.config.commands.{COMMANDS[cmd_name][0]}"
        try:
            module = importlib.import_module(path)
        except ModuleNotFoundError as error:
            if error.name != path:
                raise
            raise click.ClickException(f"{cmd_name}: not yet in this version") from None
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sterling.__version__, prog_name="sterling")
def sterling_command() -> None:
    """Customer support in tiers: every promise exact, visible and provable."""


def main() -> None:
    """Entry point. Exit 0 done, 1 refused or failed (one line on stderr), 2 wrong usage."""
    try:
        code = sterling_command.main(prog_name="sterling", standalone_mode=False)
        # A command's own `ctx.exit(1)` comes back as a value.
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"sterling: {error.format_message()}", err=True)
        sys.exit(1)
    except click.Abort:
        click.echo("sterling: stopped", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
