"""What a person made of a page and what the machine makes of it now, put together."""
