"""What the desk keeps of its own: who is at which ticket, for as long as they are."""

from __future__ import annotations

from django.db import models

from sterling.accounts.models import Agent
from sterling.tickets.models import Ticket


class Presence(models.Model):
    """An engineer has a ticket open, and writes there (`doing`: "reply", "note") or only reads ("").

    It counts for a while after `at`, then somebody removes it. The table is unlogged: a crash may empty it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE)
    doing = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "agent"], name="one_presence_per_ticket_and_agent")
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} at {self.ticket_id}"
