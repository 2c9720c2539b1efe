"""`.autodoc.yaml`: its values, its reading, and the scopes that it makes."""
