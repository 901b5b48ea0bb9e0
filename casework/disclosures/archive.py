"""Packs what belongs to one record or incident into one .zip with a list of contents and a manifest of hashes, and checks such a file.

The same contents give the same bytes: one time in every entry, one order, nothing compressed, so that damage stays where it is.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.zone import CHINA
from regulation.archive_contents import ContentPart, PartName, Section
from regulation.clauses import citation

FORMAT = 1
CONTENTS = "目录.txt"
MANIFEST = "manifest.json"

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_NUMBERS = "一二三四五六七八九十"
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What reading a damaged .zip raises."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the package, and the part of the list of contents that it belongs to."""

    part: PartName
    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """What goes into one package. `remarks` say, by part and in Chinese, what should be there and is not, or not yet.

    With an `incident` the package is of that; `record` is then the one that it is about, None where it is about none.
    """

    record: str | None
    title: str
    unit: str
    number: int
    made_at: datetime
    made_by: str
    head: str | None
    pieces: Sequence[Piece]
    remarks: Mapping[PartName, Sequence[str]]
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """The bytes of a package, and the hash of the manifest in it."""

    content: bytes
    manifest_sha256: str

    @property
    def sha256(self) -> str:
        """The hash of the whole."""
        return sha256(self.content)


def pack(package: Package, sections: Sequence[Section]) -> Packed:
    """The package as the bytes of a .zip file: contents, manifest, then every file in the order of the contents."""
    files = _files(package, sections)
    manifest = _written(_manifest(package, files))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as target:
        for path, content in {CONTENTS: files[CONTENTS], MANIFEST: manifest, **files}.items():
            entry = zipfile.ZipInfo(path, _ZIP_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return Packed(written.getvalue(), sha256(manifest))


def faults(content: bytes, sha: str, manifest_sha: str) -> list[str]:
    """How a package differs from the one that was put away with these hashes, in Chinese; nothing where it is the same."""
    if sha256(content) == sha:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            found = list(_differences(source, manifest_sha))
    except _BROKEN:
        return ["不是完整的归档包，打不开"]
    return found or ["压缩包本身被改动过（里面各文件的内容与清单一致）"]


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, as the manifest writes it."""
    return hashlib.sha256(content).hexdigest()


def _files(package: Package, sections: Sequence[Section]) -> dict[str, bytes]:
    order = [part.part for section in sections for part in section.parts]
    pieces = sorted(package.pieces, key=lambda piece: order.index(piece.part))
    files = {CONTENTS: _contents(package, pieces, sections).encode()}
    for piece in pieces:
        if piece.path in (*files, MANIFEST):
            raise ValueError(f"two pieces of one package are called {piece.path!r}")
        files[piece.path] = piece.content
    return files


def _manifest(package: Package, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "record": package.record,
        "incident": package.incident,
        "number": package.number,
        "made_at": package.made_at.isoformat(),
        "made_by": package.made_by,
        "audit_head": package.head,
        "files": [{"path": path, "size": len(content), "sha256": sha256(content)} for path, content in files.items()],
    }


def _written(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def _contents(package: Package, pieces: Sequence[Piece], sections: Sequence[Section]) -> str:
    made_at = package.made_at.astimezone(CHINA)
    lines = [
        "归档包目录",
        "",
        f"题目：{' '.join(package.title.split())}",
        f"编号：{package.record if package.incident is None else f'事件 {package.incident}'}　第 {package.number} 包",
        *([f"所涉公开事项：{package.record or '无'}"] if package.incident is not None else []),
        f"责任单位：{package.unit}",
        f"归档：{made_at:%Y-%m-%d %H:%M:%S}（北京时间）　归档人：{package.made_by}",
        f"归档时操作日志链首：{package.head or '日志还是空的'}",
        f"各文件的大小和校验值见 {MANIFEST}；时间除注明外都是北京时间",
    ]
    for number, section in zip(_NUMBERS, sections, strict=False):
        lines += ["", f"{number}、{section.label}（{citation(section.clause)}）"]
        for place, part in enumerate(section.parts, 1):
            lines += [f"  {place}. {part.label}", *_held(package, part, pieces)]
        if section.elsewhere is not None:
            lines.append(f"  不在本包：{section.elsewhere}")
    return "\n".join(lines) + "\n"


def _held(package: Package, part: ContentPart, pieces: Sequence[Piece]) -> Iterator[str]:
    held = [piece.path for piece in pieces if piece.part == part.part]
    remarks = package.remarks.get(part.part, ())
    if not held and not remarks:
        yield f"     {part.absent}"
    yield from (f"     {path}" for path in held)
    yield from (f"     注意：{what}" for what in remarks)


def _differences(source: zipfile.ZipFile, manifest_sha: str) -> Iterator[str]:
    counted = Counter(entry.filename for entry in source.infolist())
    yield from (f"{path}：有 {count} 份" for path, count in counted.items() if count > 1)
    manifest = _read(source, MANIFEST) if MANIFEST in counted else None
    if manifest is None:
        yield f"{MANIFEST}：{'已损坏' if MANIFEST in counted else '缺失'}，无法逐个核对文件"
        return
    if sha256(manifest) != manifest_sha:
        yield f"{MANIFEST}：被改动过，无法逐个核对文件"
        return
    listed = {one["path"]: one["sha256"] for one in json.loads(manifest)["files"]}
    for path, expected in listed.items():
        if path not in counted:
            yield f"{path}：缺失"
        elif (content := _read(source, path)) is None:
            yield f"{path}：已损坏"
        elif sha256(content) != expected:
            yield f"{path}：内容被改动过"
    yield from (f"{path}：清单里没有，是后加的" for path in counted if path not in listed and path != MANIFEST)


def _read(source: zipfile.ZipFile, path: str) -> bytes | None:
    """What stands under that path; None where it cannot be read, or is not stored as this desk stores it."""
    entry = source.getinfo(path)
    if entry.compress_type != zipfile.ZIP_STORED:
        return None
    try:
        return source.read(entry)
    except _BROKEN:
        return None
