"""Pages for people: jobs, and signing in to see them."""
