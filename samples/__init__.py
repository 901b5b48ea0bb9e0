"""The sample town: a small web site set for the demo and tests."""
