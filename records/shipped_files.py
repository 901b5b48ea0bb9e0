"""Reads the YAML files that are shipped with the desk: rules, wordings, headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# The reader in C takes a seventh of the time, and that is half of what the rules cost at a start. What people write
# themselves is read by the one in Python, which bears any depth and says better what is amiss.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def content_of(file: Path) -> Any:
    """What stands in the file."""
    return yaml.load(file.read_text("utf-8"), _LOADER)
