"""Calendar arithmetic over arrays: millions of deadlines at once, equal to `Calendar` to the microsecond.

>>> BulkCalendar(calendar).add(starts, amounts)  # numpy datetime64 (UTC) and timedelta64; NaT is never
>>> BulkCalendars(calendars).add(which, starts, amounts)  # each row by calendar number `which`

Open time is compiled once into a line of segments with two lookups, instant -> open time and back, each a
division and a read of a table per row; no row searches. Rows go in portions that stay in the cache.

How it grows. Time: linear in rows, flat in the amounts and in the number of intervals. Compiling: linear in
the years between the earliest start and the latest due, once per calendar and range, kept. Memory: the result,
2 MB of scratch, and per calendar and year some 100 to 400 KB of tables, at most 6 MB and 60 KB a year; where
the minutes of a calendar are too odd for that, the tables are smaller and a row costs a little more, at worst
a search. Rows decades away from the others, and a few rows alone, are asked of `Calendar` one by one.

Mixed calendars cost 30 KB each and, for offices on a grid of half hours, 20 KB a year; a row takes twice as
long as with one calendar, three times when the tables outgrow the cache. Without a common grid of at least a
minute, or with tables over 64 MB, rows are sorted by calendar, at three times the cost.
"""

from sterling.core.bulk.calendar import BulkCalendar
from sterling.core.bulk.mixed import BulkCalendars

__all__ = ["BulkCalendar", "BulkCalendars"]
