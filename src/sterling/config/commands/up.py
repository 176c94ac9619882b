"""`sterling up`: everything in one."""

from __future__ import annotations

import http.client
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

import click

from sterling.base.errors import SterlingError
from sterling.config.commands.processes import (
    PORTS,
    do_work,
    fetch_mail,
    refuse_taken,
    serve_events,
    serve_smtp,
    serve_web,
)
from sterling.config.datafolder import chosen_folder
from sterling.config.joined import database, note_base_url
from sterling.config.postgres import ServerError, die_with_parent
from sterling.config.supervisor import Child, Supervisor

LOOPBACK = "127.0.0.1"
EVERYWHERE = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104 - named to say where to look instead
READY_PATIENCE = 60.0


@click.command()
@click.option(
    "--host", default=LOOPBACK, show_default=True, help="The address that web and events listen on."
)
@click.option("--port", type=PORTS, default=8000, show_default=True, help="The web pages and the API.")
@click.option("--events-port", type=PORTS, help="Live updates; default: PORT+1.")
@click.option("--smtp-port", type=PORTS, default=2525, show_default=True, help="Mail in, on loopback.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The data folder (default: $STERLING_DATA, else a fitting one). DATABASE_URL replaces it.",
)
@click.option("--demo", is_flag=True, help="Fill an empty installation with a lively demo.")
@click.option("--with-parent", is_flag=True, help="Stop when whoever started this is gone, however it went.")
def up(
    host: str,
    port: int,
    events_port: int | None,
    smtp_port: int,
    data: Path | None,
    demo: bool,
    with_parent: bool,
) -> None:
    """Start the database, migrate it, and run web, events, worker, mail intake and fetching until Ctrl-C.

    \b
    Examples:
      sterling up
      sterling up --demo --port 8010 --smtp-port 2535 --data /srv/sterling
    """
    if with_parent:
        die_with_parent(signal.SIGTERM)()
    events_at = events_port or port + 1
    refuse_taken(host, port, "--port")
    refuse_taken(host, events_at, "--events-port")
    refuse_taken(LOOPBACK, smtp_port, "--smtp-port")
    near = EVERYWHERE.get(host, host)
    base = f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
    base = os.environ.setdefault("STERLING_BASE_URL", base).rstrip("/")
    if demo:
        os.environ.setdefault("STERLING_DEMO", "true")
    os.environ.setdefault("STERLING_EVENTS_PORT", str(events_at))
    at = f"--host {host} --port"
    children = [
        Child("web", f"sterling web {at} {port}", partial(serve_web, host, port)),
        Child("worker", "sterling worker", do_work),
        Child("smtp", f"sterling smtp --port {smtp_port}", partial(serve_smtp, LOOPBACK, smtp_port)),
        Child("fetch", "sterling fetch", fetch_mail),
        Child("events", f"sterling events {at} {events_at}", partial(serve_events, host, events_at)),
    ]
    folder = None if os.environ.get("DATABASE_URL") else chosen_folder(data)
    supervisor = Supervisor(children, _say, before_start=_let_go)
    try:
        with database(data), note_base_url(folder, base), supervisor.running():
            if _ready(supervisor, near, port):
                _announce(base, smtp_port)
                if demo:
                    _say("filling in the demo, unless it is there; the links follow")
                    supervisor.see_through(Child("demo", "sterling demo", _fill_demo))
                if not supervisor.stopping:
                    _hand_out_links(base)
                if demo and not supervisor.stopping:
                    _guide(smtp_port)
            supervisor.wait()
    except (ServerError, SterlingError) as error:
        raise click.ClickException(str(error)) from error
    _say("stopped")


def _say(line: str) -> None:
    click.echo(f"sterling: {line}", err=True)


def _let_go() -> None:
    """Whoever forks holds no connection, which two processes would then share."""
    from django.db import connections

    connections.close_all()


def _fill_demo() -> None:
    from sterling.base.moment import now
    from sterling.config.demo import fill

    fill(at=now())


def _ready(supervisor: Supervisor, host: str, port: int) -> bool:
    """Wait until /readyz says so and the beats are those of our own children. False: asked to stop first."""
    until = time.monotonic() + READY_PATIENCE
    while not supervisor.stopping:
        supervisor.tend()
        if _answers(host, port) and _beating(supervisor):
            return True
        if time.monotonic() > until:
            supervisor.say("not ready yet; see the lines above and /readyz")
            until += READY_PATIENCE
        time.sleep(0.05)
    return False


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _beating(supervisor: Supervisor) -> bool:
    from django.db import DatabaseError, connection

    from sterling.base.models import Heartbeat

    try:
        beats = dict(Heartbeat.objects.values_list("name", "pid"))
    except DatabaseError:
        connection.close()
        return False
    return all(beats.get(child.name) == child.pid for child in supervisor.children if child.name != "web")


def _announce(base: str, smtp_port: int) -> None:
    click.echo(
        "Sterling is ready. Ctrl-C stops it.\n"
        f"  Customers     {base}/\n"
        f"  Staff         {base}/desk/\n"
        f"  API           {base}/api/v1/docs\n"
        f"  Mail in       smtp://{LOOPBACK}:{smtp_port}"
    )
    sys.stdout.flush()


def _guide(smtp_port: int) -> None:
    mail = "Subject: All sign-ins fail\\n\\nNobody can sign in since nine o'clock."
    click.echo(
        "A first minute: open the staff link, then send a mail as a Platinum customer and watch the queue:\n"
        f"  python3 -c \"import smtplib; smtplib.SMTP('{LOOPBACK}', {smtp_port}).sendmail("
        f"'elena.vargas@meridianclinics.example', 'support@sterling.example', "
        f"'From: elena.vargas@meridianclinics.example\\n{mail.replace(chr(39), '')}')\""
    )
    sys.stdout.flush()


def _hand_out_links(base: str) -> None:
    from sterling.accounts import queries
    from sterling.base.moment import now
    from sterling.config.links import administrator, link_for

    at = now()
    people = [("staff   ", administrator(at=at).email)]
    customer = queries.first_premium_contact()
    if customer:
        people.append(("customer", customer.email))
    click.echo("One-time sign-in links, good for 15 minutes (more: sterling link EMAIL):")
    for who, email in people:
        click.echo(f"  {who}      {email}  {link_for(email, base=base, at=at)}")
    sys.stdout.flush()
