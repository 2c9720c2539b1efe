"""What a run of the engines with a database does."""
