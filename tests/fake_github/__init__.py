"""A stateful GitHub over bare git repositories, every exchange checked against GitHub's own description."""
