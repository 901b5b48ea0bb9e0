"""An archive package (归档包): everything about one record in one file, as it was when it was put away (第三十四条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ArchivePackage:
    """One package that was put away, never changed. `record` is a disclosure record, or a proposal that was not disclosed;
    `of_incident` says that it is an incident.

    `number` counts the packages of one record from 1, `year` is the record's in China, `file` the path below the archive's
    folder. `sha256` is of the whole file, `manifest_sha256` of the list of contents in it; `head` the head of the log of
    acts when the contents were read.
    """

    record: str
    number: int
    year: int
    title: str
    unit: str
    file: str
    size: int
    sha256: str
    manifest_sha256: str
    head: str | None
    made_at: datetime
    made_by: str
    of_incident: bool = False
