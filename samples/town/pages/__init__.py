"""One site a file: a moment of the town and a path → the answer a visitor gets."""
