"""Suggestions: where each stands, how a file of them is read, and what is written up for the leading group."""
