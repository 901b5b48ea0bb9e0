"""The half-yearly inspection and what it found wrong (第四十九至五十六条)."""
