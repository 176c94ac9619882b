"""A report as it is read: the same words and drawings on the page and on paper."""
