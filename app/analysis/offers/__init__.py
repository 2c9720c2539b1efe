"""What code offers beside its symbols, one file for a language's frameworks.

Only literals count: a name, a path or a flag that is computed is left out.
"""
