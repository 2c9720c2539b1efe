"""Proofs about the documentation pull request as it lives: quiet reruns, many days, kills."""
