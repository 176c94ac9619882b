"""How a delivery can fail: for now, or for good."""

from __future__ import annotations


class DeliveryError(Exception):
    """The mail server did not take the message. `str()` is what the message shows."""


class TemporaryDeliveryError(DeliveryError):
    """Worth another try: the server cannot be reached, is busy, or says 4xx."""


class PermanentDeliveryError(DeliveryError):
    """No use trying again: the server says 5xx, or every recipient is refused."""
