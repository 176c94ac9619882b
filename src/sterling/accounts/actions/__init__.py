"""What one can do to people and organizations, one verb each."""
