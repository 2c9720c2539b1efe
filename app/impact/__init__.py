"""Which pages a change makes stale: no flow, no model, no database."""
