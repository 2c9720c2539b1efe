"""Counts public symbols with parsers that are not ours, and looks them up in the pages."""
