"""`/autodoc …` as use cases: who may, what happens, and one answer that says so."""
