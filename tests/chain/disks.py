"""A disk without room: a small file system of its own where we may mount one, else a limit on how long files may grow."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = 12 * 1024 * 1024
_BLOCK = 4096
_LIMIT = 2 * 1024


@dataclass(frozen=True)
class Disk:
    """A folder on a disk that can be full; `real` is the small file system, where the free bytes tell as well."""

    folder: Path
    real: bool

    def fill(self) -> None:
        """Leave no room. Of what is written here by then, nothing can grow."""
        if not self.real:
            resource.setrlimit(resource.RLIMIT_FSIZE, (_LIMIT, resource.RLIM_INFINITY))
            return
        with (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (1024 * 1024, _BLOCK):
                try:
                    while filler.write(b"x" * size) == size:
                        pass
                except OSError:
                    continue

    def make_room(self) -> None:
        """Let there be room again."""
        (self.folder / "filler").unlink(missing_ok=True)
        if not self.real:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, *, real: bool) -> Iterator[Disk]:
    """A disk at `folder` for the length of the block; the real one only where we are allowed to mount it."""
    folder.mkdir()
    mounted = real and os.geteuid() == 0 and _mounted(folder)
    disk = Disk(folder, mounted)
    try:
        yield disk
    finally:
        disk.make_room()
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=120)


def _mounted(folder: Path) -> bool:
    asked = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    return subprocess.run(asked, check=False, capture_output=True, timeout=120).returncode == 0
