"""From rendered pages to the files that people and generators of sites read."""
