"""One source kind a file."""
