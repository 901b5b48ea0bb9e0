"""Puts the public site's files into a folder: all of them or none, and nothing of anybody else's is ever overwritten."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class NotOurs(Exception):
    """The folder holds something that no earlier writing put there."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Which files a writing added, changed and took away."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def replace_site(folder: Path, files: Mapping[str, bytes], manifest: str) -> Changed:
    """Let the folder hold exactly these files.

    They are written beside it, put on the disk and then take its place by two renamings; where the second one fails, the
    first is undone. Whatever ends in between, the old folder stands whole under its name or is put back by the next writing.
    Raises NotOurs, OSError.
    """
    fresh, old = (folder.with_name(f".{folder.name}.{part}") for part in ("new", "old"))
    if old.exists() and not folder.exists():
        old.rename(folder)
    before = _known(folder, manifest)
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    _write(fresh, files)
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            with suppress(OSError):  # the next writing tries again
                old.rename(folder)
        raise
    _settle(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
    return Changed(
        added=tuple(sorted(files.keys() - before.keys())),
        changed=tuple(sorted(name for name in files.keys() & before.keys() if files[name] != before[name])),
        removed=tuple(sorted(before.keys() - files.keys())),
    )


def _known(folder: Path, manifest: str) -> dict[str, bytes]:
    """What the folder holds. Raises NotOurs where it is not empty and not one that was written here."""
    if not folder.exists():
        return {}
    if not folder.is_dir() or folder.is_symlink():
        raise NotOurs(f"{folder} 不是文件夹")
    held = {path.name: path for path in folder.iterdir()}
    if not held:
        return {}
    if manifest not in held:
        raise NotOurs(f"{folder} 里有别的文件，不覆盖：请换一个空文件夹")
    others = sorted(held.keys() - _listed(held[manifest]) - {manifest})
    if others:
        raise NotOurs(f"{folder} 里有不是本命令写的文件：{'、'.join(others[:3])}。请移走后再试")
    return {name: path.read_bytes() for name, path in held.items()}


def _listed(manifest: Path) -> set[str]:
    """The names of the files that an earlier writing put there. Raises NotOurs where the manifest is none of ours."""
    try:
        said = json.loads(manifest.read_bytes())
    except (ValueError, IsADirectoryError):
        said = None
    files = said.get("files") if isinstance(said, dict) else None
    if not isinstance(files, dict):
        raise NotOurs(f"{manifest} 不是本命令写的，不覆盖：请换一个空文件夹")
    return set(files)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        with (folder / name).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    _settle(folder)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
