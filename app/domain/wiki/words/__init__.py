"""The repository's own words, made safe and quotable Markdown."""
