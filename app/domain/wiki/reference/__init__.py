"""The reference layer: pages rendered from facts alone."""
