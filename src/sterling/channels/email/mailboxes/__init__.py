"""The addresses that take mail: what they are, how they are fetched, and how they fare."""
