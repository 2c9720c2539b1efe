"""The narrative layer: which pages there are, and what they may be written from."""
