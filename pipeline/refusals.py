"""Says why an act is not carried out."""

from __future__ import annotations


class Refused(Exception):
    """An act that is not carried out. The message is Chinese and tells the person what to do instead."""
