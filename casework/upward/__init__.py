"""Upward reports: where each stands, by the entries of the ledger."""
