"""A second checker for generated documentation: it shares no code with the product."""
