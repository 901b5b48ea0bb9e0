"""Packs everything that a desk keeps into one file, and unpacks such a file into a data directory that has nothing yet."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.engine import make_url

from huiying.in_common import ID_FILE
from huiying.settings import Settings
from storage.audit import Head
from storage.backup import damage, dump, is_empty, load
from storage.revisions import knows
from storage.store import Store

FORMAT = 1
_MANIFEST = "manifest.json"
_STORE = "store"
_KEYS = "inbound"
"""In a backup of an earlier version alone, as the key of the cookies is: what it has is put back."""


class BadBackup(RuntimeError):
    """The backup cannot be made or used. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in a backup: `files` are names and SHA-256, `head` is the head of the audit chain."""

    format: int
    made_at: datetime
    database: str
    schema: str | None
    head: str | None
    files: dict[str, str]


def pack(settings: Settings, file: Path, made_at: datetime) -> Manifest:
    """Write the backup `file`, which must not be there, readable to its owner alone. Raises BadBackup, CannotCopy."""
    if file.exists():
        raise BadBackup(f"{file} 已经存在：备份不覆盖已有的文件")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        copy = Path(folder) / _STORE
        schema, head = _copied(settings.database_url, copy)
        kept = {_STORE: copy, **dict(_kept(settings))}
        hashes = {name: _sha256(one) for name, one in kept.items()}
        manifest = Manifest(FORMAT, made_at, _kind(settings), schema, None if head is None else str(head), hashes)
        part = Path(folder) / "part.tar"
        _write(part, manifest, kept)
        part.chmod(0o600)
        os.replace(part, file)
    return manifest


def unpack(settings: Settings, file: Path) -> Manifest:
    """Put everything of the backup where these settings have it; nothing that is there is overwritten. Raises BadBackup."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as folder:
        manifest = _read(file, Path(folder))
        if manifest.database != _kind(settings):
            raise BadBackup(
                f"这是 {manifest.database} 数据库的备份，而设置用的是 {_kind(settings)}：请先改 database.url"
            )
        if not knows(manifest.schema):
            raise BadBackup("备份来自更新的版本：请先升级回应台")
        _refuse_what_is_there(settings)
        load(settings.database_url, Path(folder) / _STORE)
        for name in manifest.files:
            if name != _STORE:
                _place(settings, name, Path(folder) / name)
    return manifest


def check(store: Store, manifest: Manifest) -> None:
    """Whether the restored store is whole, and its audit log that of the backup. Raises BadBackup."""
    found = damage(store.engine)
    if found is not None:
        raise BadBackup(f"恢复出来的数据库不完整：{found}")
    expected = None if manifest.head is None else Head.read(manifest.head)
    with store.reading() as t:
        broken = t.audit.verify(expected)
    if broken is not None:
        raise BadBackup(f"恢复出来的操作日志第 {broken.seq} 行：{broken.what}")


def _copied(url: str, copy: Path) -> tuple[str | None, Head | None]:
    """Copy the store; its schema and the head of its audit log, which the copy holds as well."""
    store = Store(url)
    try:
        schema = store.schema_version()
        with store.reading() as t:
            head = t.audit.head()
        dump(url, copy)
        if store.engine.dialect.name == "sqlite":
            _check_copy(copy)
    finally:
        store.close()
    return schema, head


def _check_copy(copy: Path) -> None:
    store = Store(f"sqlite:///{copy}")
    try:
        found = damage(store.engine)
    finally:
        store.close()
    if found is not None:
        raise BadBackup(f"数据库不完整，没有生成备份：{found}")


def _folders(settings: Settings) -> Mapping[str, Path]:
    return {
        "reports": settings.reports_dir,
        "templates": settings.templates_dir,
        "archive": settings.archive_dir,
        "models": settings.models_dir,
        _KEYS: settings.push_keys_dir,
    }


def _secret(settings: Settings) -> Path:
    return settings.data_dir / "cookie.secret"


def _kept(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file beside the store that cannot be made again, by its name in the backup. The text index can; keys are no
    part of a backup, which lies in more places than the desk."""
    for name, folder in _folders(settings).items():
        if name == _KEYS:
            continue
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file() and not file.is_symlink() and file.name != ID_FILE:
                yield f"{name}/{file.relative_to(folder).as_posix()}", file


def _refuse_what_is_there(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if url.drivername == "sqlite" and Path(url.database or "").exists():
        raise BadBackup(f"数据库 {url.database} 已经存在，不覆盖：请先停下回应台，把数据目录改名")
    if url.drivername != "sqlite":
        store = Store(settings.database_url)
        try:
            if not is_empty(store.engine):
                raise BadBackup("数据库里已有内容，不覆盖：请建一个空数据库，写进设置 database.url")
        finally:
            store.close()
    for folder in _folders(settings).values():
        if folder.is_dir() and any(folder.iterdir()):
            raise BadBackup(f"{folder} 里已有文件，不覆盖：请先改名")


def _place(settings: Settings, name: str, file: Path) -> None:
    folder, _, rest = name.partition("/")
    target = _folders(settings)[folder] / rest if rest else _secret(settings)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.replace(file, target)


def _write(part: Path, manifest: Manifest, kept: Mapping[str, Path]) -> None:
    text = TypeAdapter(Manifest).dump_json(manifest, indent=1)
    with tarfile.open(part, "w") as archive:
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
        for name, file in kept.items():
            archive.add(file, name, recursive=False)


def _read(file: Path, folder: Path) -> Manifest:
    """Unpack into `folder`; everything must be there as the manifest has it, and nothing else."""
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        manifest = TypeAdapter(Manifest).validate_json((folder / _MANIFEST).read_bytes())
    except (tarfile.TarError, OSError, ValidationError, json.JSONDecodeError):
        raise BadBackup(f"{file} 不是完整的备份文件") from None
    if manifest.format != FORMAT:
        raise BadBackup("备份来自更新的版本：请先升级回应台")
    for name, expected in manifest.files.items():
        one = folder / PurePosixPath(name)
        if ".." in PurePosixPath(name).parts or not one.is_file() or _sha256(one) != expected:
            raise BadBackup(f"备份里的 {name} 缺失或已损坏，没有恢复")
    return manifest


def _kind(settings: Settings) -> str:
    return make_url(settings.database_url).get_backend_name()


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
