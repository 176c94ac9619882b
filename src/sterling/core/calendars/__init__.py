"""Calendars: which instants are open, and arithmetic over the open ones.

>>> calendar = Calendar.from_dict({"tz": "America/Chicago", "weekly": {"mon": [["09:00", "17:00"]]}})
"""

from sterling.core.calendars.calendar import ALWAYS, Calendar
from sterling.core.calendars.definition import Definition, Span
from sterling.core.calendars.instants import EPOCH, LIMIT
from sterling.core.calendars.stretches import Stretch, StretchCode

__all__ = ["ALWAYS", "EPOCH", "LIMIT", "Calendar", "Definition", "Span", "Stretch", "StretchCode"]
