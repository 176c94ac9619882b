"""What a report is made of, read in a number of queries that does not grow with the tickets."""
