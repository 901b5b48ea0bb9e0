"""Finds posts and records by their words: in files of our own, or posts in an Elasticsearch cluster."""
