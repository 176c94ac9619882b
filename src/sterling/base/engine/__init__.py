"""PostgreSQL as Django speaks to it, with what is ours: see `base`."""
