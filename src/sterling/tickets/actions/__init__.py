"""What one can do to a ticket, one verb each: used by desk, portal, API and channels alike."""
