"""What one can do to promises as such: calendars, recomputing, ticking."""
