"""Grouping of posts into incidents, severity, status moves."""
