"""What the analysis knows about each language."""
