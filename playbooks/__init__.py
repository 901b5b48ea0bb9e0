"""Incident → Response: what to do, by whom, until when."""
