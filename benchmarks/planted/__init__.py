"""False statements put into true pages, and how many of them `autodoc check` finds."""
