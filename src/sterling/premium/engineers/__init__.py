"""Primary engineers and their backups."""
