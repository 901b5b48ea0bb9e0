"""Finds posts: the embedded index."""
