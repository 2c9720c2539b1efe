"""GitHub's JSON, built from the state and from git."""
