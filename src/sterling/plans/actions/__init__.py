"""What one can do to catalogs, contracts and named contacts."""
