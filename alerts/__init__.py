"""Incident → Deadline, Alert: clocks, escalation, messages."""
