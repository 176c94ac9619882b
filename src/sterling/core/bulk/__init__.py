"""Calendar arithmetic over arrays: millions of deadlines at once, equal to `Calendar` to the microsecond.

>>> BulkCalendar(calendar).add(starts, amounts)  # numpy datetime64 (UTC) and timedelta64; NaT is never

Open time is compiled once into a line of segments with two lookups, instant -> open time and back, each one
division and one read of a table per row; no row searches. Rows go in portions that stay in the cache.

How it grows. Time: linear in rows, flat in the amounts and in the number of intervals. Compiling: linear in
the years between the earliest start and the latest due, once per calendar and range, kept. Memory: the result, 1
MB of scratch, and per calendar and year about 100 to 400 KB of tables, at most 6 MB and 60 KB a year;
where the minutes of a calendar are too odd for that, the tables are smaller and a row costs a little more, at
worst a search. Rows decades away from the others, and a few rows alone, are asked of `Calendar` one by one.
"""

from sterling.core.bulk.calendar import BulkCalendar

__all__ = ["BulkCalendar"]
