"""Languages of which names and exact ranges are read, and nothing more."""
