"""Finds posts and records by their words: the embedded indexes."""
