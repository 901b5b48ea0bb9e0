"""The disclosure record: import and its watch terms."""
