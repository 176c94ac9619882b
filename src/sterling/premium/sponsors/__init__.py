"""Executive sponsors and what was agreed with them."""
