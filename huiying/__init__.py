"""Starts things: settings, clock, wiring, discovery, command line."""
