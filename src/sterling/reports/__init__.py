"""Measures over the database, and the enhanced report made of them."""
