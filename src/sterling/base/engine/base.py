"""Django's PostgreSQL, which does not ask a connection that was kept whether it still stands when it can see that."""

from __future__ import annotations

import select

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL


class DatabaseWrapper(PostgreSQL):
    def is_usable(self) -> bool:
        """Whether the server is still there. One that stops or dies says so on the socket, where nothing else waits
        between two statements; then, and where the socket is gone, it is asked as ever.
        """
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        try:
            socket = self.connection.fileno()
        except Exception:  # noqa: BLE001 - any trouble with the connection is for the question to find
            return False
        seen = select.poll()
        seen.register(socket, select.POLLIN)
        return not seen.poll(0)
