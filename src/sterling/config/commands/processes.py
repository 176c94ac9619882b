"""`sterling web`, `events`, `worker`, `smtp`: one process each, for one machine or several behind a proxy."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from pathlib import Path

import click

from sterling.config.joined import joined

PORTS = click.IntRange(1, 65535)


def refuse_taken(host: str, port: int, option: str) -> None:
    """One clear line when another program listens there already. Raises ClickException."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            # Linux lets two sockets bind with SO_REUSEADDR until one listens.
            probe.listen(1)
        except PermissionError:
            raise click.ClickException(
                f"port {port} needs more rights: choose one above 1023 with {option}"
            ) from None
        except OSError as error:
            raise click.ClickException(
                f"port {port} on {host} cannot be used ({error.strerror}): choose another with {option}"
            ) from None


def serve_web(host: str, port: int, workers: int | None = None) -> None:
    """Until SIGTERM. The application is loaded here once; the workers are forks and share it."""
    from django.db import connections
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from sterling.config.wsgi import warm_up

    warm_up()
    connections.close_all()
    # What is loaded now stays: no collection looks through it again, and the workers keep sharing its memory.
    gc.collect()
    gc.freeze()
    Granian(
        "sterling.config.wsgi:for_worker",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers or min(2, os.cpu_count() or 1),
        blocking_threads=8,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=5,
        process_name="sterling web",
    ).serve()


def serve_events(host: str, port: int) -> None:
    """Until SIGTERM; open streams are cut after a second and ask again elsewhere."""
    import uvicorn

    from sterling.config.events import Application, Hub

    uvicorn.run(
        Application(Hub(), os.environ["DATABASE_URL"]),
        host=host,
        port=port,
        http="h11",
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


def serve_smtp(host: str, port: int, lmtp_port: int | None = None, lmtp_socket: Path | None = None) -> None:
    """Until SIGTERM; a message that is being stored is finished first."""
    from sterling.channels.email.listener import Doors, serve

    serve(Doors(host, port, lmtp_port, lmtp_socket), known_only=not _is_loopback(host))


def fetch_mail() -> None:
    """Until SIGTERM; a message that is being stored is finished first."""
    from sterling.channels.email.mailboxes.fetcher import main

    main()


def do_work() -> None:
    """Until SIGTERM; jobs under way are finished first."""
    from sterling.config.worker import main

    main()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=PORTS, default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer (default: 2).")
@joined
def web(host: str, port: int, workers: int | None) -> None:
    """Serve the pages and the API.

    \b
    Example, on a machine of its own:
      DATABASE_URL=postgresql://... sterling web --host 0.0.0.0 --port 8000 --workers 4
    """
    refuse_taken(host, port, "--port")
    serve_web(host, port, workers)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=PORTS, default=8001, show_default=True)
@joined
def events(host: str, port: int) -> None:
    """Serve the live updates: names of what changed, to signed-in browsers, at /events.

    \b
    Example:
      sterling events --port 8001
    """
    refuse_taken(host, port, "--port")
    serve_events(host, port)


@click.command()
@joined
def worker() -> None:
    """Do the work that waits in the database: read and send mail, watch the clocks.

    \b
    Any number may run, on any machine:
      DATABASE_URL=postgresql://... sterling worker
    """
    do_work()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=PORTS, default=2525, show_default=True)
@click.option("--lmtp-port", type=PORTS, help="Speak LMTP too, on this port.")
@click.option(
    "--lmtp-socket",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Speak LMTP too, on this Unix socket.",
)
@joined
def smtp(host: str, port: int, lmtp_port: int | None, lmtp_socket: Path | None) -> None:
    """Take mail in: a 250 means that the raw message is in the database.

    With mailboxes set up only their addresses are taken; with none, any recipient, on loopback only.

    \b
    Examples, behind the machine's own mail server:
      sterling smtp --port 2525
      sterling smtp --lmtp-socket /run/sterling/lmtp
    """
    from sterling.channels.email.mailboxes.queries import any_mailbox

    if not _is_loopback(host) and not any_mailbox():
        raise click.ClickException(
            f"--host {host}: with no mailbox set up the intake takes any recipient, so it listens on loopback only"
        )
    refuse_taken(host, port, "--port")
    if lmtp_port is not None:
        refuse_taken(host, lmtp_port, "--lmtp-port")
    serve_smtp(host, port, lmtp_port, lmtp_socket)


@click.command()
@joined
def fetch() -> None:
    """Fetch the mailboxes that are read by IMAP, each on its own, and see new mail at once.

    \b
    Any number may run, on any machine; each mailbox is fetched by one of them:
      DATABASE_URL=postgresql://... sterling fetch
    """
    fetch_mail()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
