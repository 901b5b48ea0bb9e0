"""The site's folder holds the old files or the new ones, whole, and nothing of anybody else's is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage import site_folder
from storage.site_folder import NotOurs, replace_site

MANIFEST = "manifest.json"


def site(**pages: str) -> dict[str, bytes]:
    files = {f"{name}.html": text.encode() for name, text in pages.items()}
    return files | {MANIFEST: json.dumps({"files": dict.fromkeys(files, "")}).encode()}


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_written_takes_the_place_of_what_was_and_is_told(tmp_path: Path):
    folder = tmp_path / "site"
    assert replace_site(folder, site(index="一", a="甲"), MANIFEST).added == ("a.html", "index.html", MANIFEST)
    became = replace_site(folder, site(index="二", b="乙"), MANIFEST)
    assert (became.added, became.changed, became.removed) == (("b.html",), ("index.html", MANIFEST), ("a.html",))
    assert held(folder) == site(index="二", b="乙")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    again = replace_site(folder, site(index="二", b="乙"), MANIFEST)
    assert (again.added, again.changed, again.removed) == ((), (), ())


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "账目.xlsx").write_bytes(b"x")
    with pytest.raises(NotOurs, match="别的文件"):
        replace_site(folder, site(index="一"), MANIFEST)
    (folder / "账目.xlsx").unlink()
    replace_site(folder, site(index="一"), MANIFEST)
    (folder / "账目.xlsx").write_bytes(b"x")
    with pytest.raises(NotOurs, match="账目"):
        replace_site(folder, site(index="二"), MANIFEST)
    assert (folder / "index.html").read_bytes() == "一".encode()


@pytest.mark.parametrize(
    "manifest",
    [
        b'{"name":"x"}',
        b'{"files":["index.html"]}',
        b"[]",
        b"null",
        b"",
        b"not json",
        b"\xff\xfe\x00",
        "清单".encode("gbk"),
    ],
)
def test_a_manifest_of_somebody_else_is_left_alone(tmp_path: Path, manifest: bytes):
    (tmp_path / MANIFEST).write_bytes(manifest)
    with pytest.raises(NotOurs, match="不是本命令写的"):
        replace_site(tmp_path, site(index="一"), MANIFEST)
    assert held(tmp_path) == {MANIFEST: manifest}


@pytest.mark.parametrize("when", ["writing", "renaming away", "renaming in"])
def test_whatever_fails_leaves_the_old_site_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str):
    folder = tmp_path / "site"
    replace_site(folder, site(index="旧"), MANIFEST)
    real, calls = Path.rename, 0

    def rename(path: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == {"renaming away": 1, "renaming in": 2}.get(when):
            raise OSError(28, "No space left on device")
        return real(path, target)

    def fsync(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if when == "writing":
            patch.setattr(site_folder.os, "fsync", fsync)
        patch.setattr(Path, "rename", rename)
        with pytest.raises(OSError, match="No space"):
            replace_site(folder, site(index="新"), MANIFEST)
    assert held(folder) == site(index="旧")
    assert replace_site(folder, site(index="新"), MANIFEST).changed == ("index.html", MANIFEST)[:1]
    assert held(folder) == site(index="新")


def test_a_site_that_was_moved_away_when_the_power_failed_is_put_back_by_the_next_writing(tmp_path: Path):
    folder = tmp_path / "site"
    replace_site(folder, site(index="旧"), MANIFEST)
    folder.rename(tmp_path / ".site.old")
    assert replace_site(folder, site(index="新"), MANIFEST).changed == ("index.html",)
    assert held(folder) == site(index="新")
