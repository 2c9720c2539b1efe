"""Replays the history of public repositories: are pages that were kept up to date as if new?"""
