"""One bundled PostgreSQL per run (or DATABASE_URL), started when the first test asks for the database.

With `-n 2` each worker has a database of its own on the same server. Nothing but loopback can be reached.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, nothing else. Every run draws others; LAWS=1000 draws more.
settings.register_profile(
    "house",
    deadline=None,
    max_examples=int(os.environ.get("LAWS", "30")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

FOLDER = "STERLING_TEST_FOLDER"  # set by the run's first process for its workers
os.environ.setdefault("STERLING_SECRET_KEY", "for tests alone: " + secrets.token_hex(16))


class NetworkBlocked(OSError):
    """A test tried to leave this machine."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


def _guard(name: str) -> None:
    real = getattr(socket.socket, name)

    def guarded(self: socket.socket, address: Any, *rest: Any) -> Any:
        if not _is_local(address):
            raise NetworkBlocked(f"tests reach loopback only, not {address!r}")
        return real(self, address, *rest)

    setattr(socket.socket, name, guarded)


def _guard_names() -> None:
    real = socket.getaddrinfo

    def guarded(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not _is_local((name,)):
            raise NetworkBlocked(f"tests resolve no names, not {name!r}")
        return real(host, *rest, **more)

    socket.getaddrinfo = guarded


DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "installed"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What starts the whole product goes first: it takes longest, and no worker shall end with it alone."""

    def is_light(item: pytest.Item) -> bool:
        asks = DATABASE & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db")
        return bool(asks) or item.get_closest_marker("server") is None

    items.sort(key=is_light)


def pytest_configure(config: pytest.Config) -> None:
    for name in ("connect", "connect_ex"):
        _guard(name)
    _guard_names()
    from django.conf import settings

    settings.SECRET_KEY = os.environ["STERLING_SECRET_KEY"]
    if FOLDER not in os.environ:
        # Not pytest's own temporary folder: that one is closed to the account that root's server runs as.
        os.environ[FOLDER] = folder = tempfile.mkdtemp(prefix="sterling-test-")
        Path(folder).chmod(0o711)
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        config.add_cleanup(lambda: os.environ.pop(FOLDER))


@pytest.fixture(scope="session")
def bundled_server() -> Iterator[str]:
    """The DATABASE_URL of the run's server."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    from sterling.config.datafolder import join

    with join(Path(os.environ[FOLDER], "data"), careless=True) as url:
        yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest, bundled_server: str) -> Iterator[None]:
    """Point Django, which read its settings long ago, to the run's server."""
    from django.db import connections

    from sterling.config.environment import database

    settings = connections.databases["default"]
    settings.update(database(bundled_server))
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    settings["TEST"]["NAME"] = f"test_{settings['NAME']}" + (f"_{worker}" if worker else "")
    settings["CONN_MAX_AGE"] = 0
    yield
    connections.close_all()


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """An empty folder that the account of a bundled server may enter, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sterling-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:  # noqa: ARG001 - extends the plugin's
    """The run's database with what a fresh installation holds: catalog and regions."""
    from sterling.base.moment import now
    from sterling.config.installation import install

    with django_db_blocker.unblock():
        install(at=now())


@pytest.fixture
def installed(db: None) -> None:  # noqa: ARG001 - the database must be there
    """Catalog and regions, also after a test that emptied the database."""
    from sterling.base.moment import now
    from sterling.config.installation import install

    install(at=now())
