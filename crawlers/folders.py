"""Lists the files of a watched folder that can be read now, and opens them; nothing in the folder is ever changed."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable
from crawlers.spiders.file import JSON, REFUSED, TEXTS, WORKBOOKS, FileOptions

SETTLING_SECONDS = 5
"""A file that was changed less than this ago may still be being written."""

_MOST_FILES = 20_000
_DEEPEST = 8
_LARGEST = 1024**3
_KNOWN = WORKBOOKS | TEXTS | JSON | frozenset(REFUSED)
_UNFINISHED = frozenset(
    {".part", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".partial", ".swp", ".lock"}
)
_LOCKS = (".", "~")
"""Names that editors give to a file beside the one they have open (`~$report.xlsx`)."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the folder. `name` is its path within it, `stamp` its size and time of change."""

    path: Path
    name: str
    stamp: str
    size: int
    changed_at: float

    @property
    def shown(self) -> str:
        """The name, fit for a line of the patrol log."""
        return "".join(sign if sign.isprintable() else "?" for sign in self.name)[-120:]


@dataclass(frozen=True, slots=True)
class Listing:
    """The files to read, the longest unchanged first; how many are still being written, and how many are passed over."""

    files: tuple[Listed, ...]
    unsettled: int
    passed_over: int


def folder_of(options: FileOptions, data_dir: str | None) -> Path:
    """The folder that a row names. Raises Unreadable."""
    folder = Path(options.folder)
    if folder.is_absolute():
        return folder
    if data_dir is None:
        raise Unreadable(Outcome.FOLDER_MISSING, f"“{options.folder}”不是完整路径，又没有数据目录可依")
    return Path(data_dir) / folder


def listing(folder: Path, options: FileOptions, now: datetime) -> Listing:
    """What lies in the folder. Raises Unreadable where the folder cannot be read."""
    files: list[Listed] = []
    counted: Counter[_Kept] = Counter()
    try:
        if not folder.is_dir():
            what = "是文件，应为文件夹" if folder.exists() else "没有这个文件夹"
            raise Unreadable(Outcome.FOLDER_MISSING, f"{folder} {what}")
        for entry in _entries(folder, _DEEPEST if options.recursive else 0):
            kept = _kept(entry, options, now)
            counted[kept] += 1
            if kept is _Kept.READ:
                files.append(_listed(folder, entry))
            if len(files) > _MOST_FILES:
                raise Unreadable(Outcome.TOO_LARGE, f"文件超过 {_MOST_FILES} 个：请把读过的移走")
    except OSError as fault:
        raise Unreadable(Outcome.FOLDER_MISSING, f"{folder} {_why(fault)}") from None
    files.sort(key=lambda file: (file.changed_at, file.name))
    return Listing(tuple(files), counted[_Kept.UNSETTLED], counted[_Kept.PASSED_OVER])


@contextmanager
def opened(file: Listed) -> Iterator[IO[bytes]]:
    """The file for reading, if it is a regular one. Raises Unreadable, FileNotFoundError where it is gone."""
    # Never through a link that was put in its place meanwhile, and never waiting for the other end of a pipe.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(file.path, flags)
    except FileNotFoundError:
        raise
    except OSError as fault:
        raise Unreadable(Outcome.BAD_CONTENT, _why(fault)) from None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Unreadable(Outcome.BAD_CONTENT, "不是普通文件")
        if file.size > _LARGEST:
            raise Unreadable(Outcome.TOO_LARGE, f"超过 {_LARGEST // 1024**2} MB：请分成几个文件导出")
        if not file.size:
            raise Unreadable(Outcome.BAD_CONTENT, "是空文件：请重新导出")
        yield stream


def stamp_of(status: os.stat_result) -> str:
    """What tells that a file has changed, without reading it."""
    return f"{status.st_size}-{status.st_mtime_ns}"


class _Kept(Enum):
    """What is done with a file of the folder."""

    READ = 1
    UNSETTLED = 2
    PASSED_OVER = 3
    NEVER = 4


def _kept(entry: os.DirEntry[str], options: FileOptions, now: datetime) -> _Kept:
    name, ending = entry.name, Path(entry.name).suffix.lower()
    if name.startswith(_LOCKS):
        return _Kept.NEVER
    if ending in _UNFINISHED:
        return _Kept.UNSETTLED
    known = ending in _KNOWN if options.pattern is None else _matches(name, options.pattern)
    if not known:
        return _Kept.PASSED_OVER
    # The clock of a file server may be ahead: a file of the future has settled as well.
    age = now.timestamp() - entry.stat(follow_symlinks=False).st_mtime
    return _Kept.UNSETTLED if abs(age) < SETTLING_SECONDS else _Kept.READ


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def _listed(folder: Path, entry: os.DirEntry[str]) -> Listed:
    status = entry.stat(follow_symlinks=False)
    path = Path(entry.path)
    return Listed(path, path.relative_to(folder).as_posix(), stamp_of(status), status.st_size, status.st_mtime)


def _entries(folder: Path, deeper: int) -> Iterator[os.DirEntry[str]]:
    """The regular files of the folder and, `deeper` levels down, of its sub-folders. Links are left alone."""
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_file(follow_symlinks=False):
                yield entry
            elif deeper and entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                yield from _entries(Path(entry.path), deeper - 1)


def _why(fault: OSError) -> str:
    return "没有读取权限" if isinstance(fault, PermissionError) else "读不了：磁盘、网络盘或系统出错"
