"""Root-cause analyses: opened by themselves, written, reviewed, published, followed up."""
