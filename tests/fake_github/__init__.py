"""A stateful GitHub over bare git repositories, each exchange checked by GitHub's description."""
