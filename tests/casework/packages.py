"""What tests look for inside a .docx or .xlsx package."""

from __future__ import annotations

import io
import zipfile


def differing_times(packed: bytes) -> set[tuple[int, int, int, int, int, int]]:
    """The moments that the package's entries have: one where nothing tells when it was written."""
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        return {entry.date_time for entry in package.infolist()}
