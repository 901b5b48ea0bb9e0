"""Keeps records: one file per record."""
