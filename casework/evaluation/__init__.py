"""Looks back on an incident after it is closed (第四十五条): its times against the limits, what was missed, a score, the paper."""
