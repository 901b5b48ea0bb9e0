"""The bundle says what is in it to the last byte, and installs without any network, or says why not and touches nothing.

What lies in these bundles is small, and packed by our own script: two wheels of a few lines in place of a hundred.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.test_house_rules import ROOT

SCRIPTS = ROOT / "deploy" / "bundle"
PROGRAM = """
import pathlib, sys
from needed import WORD
assert sys.argv[1] == "init", sys.argv
pathlib.Path(sys.argv[2]).mkdir(parents=True)
for name in ("huiying.yaml", "sources.yaml"):
    (pathlib.Path(sys.argv[2]) / name).write_text(f"# {WORD}\\ndata_dir: data\\n")
def main(): pass
"""


def wheel(folder: Path, name: str, code: str, more: str = "", entry: str = "") -> Path:
    """A wheel with one module."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{more}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{entry}\n"
    hashes = {path: hashlib.sha256(text.encode()).digest() for path, text in files.items()}
    rows = [f"{path},sha256={base64.urlsafe_b64encode(one).rstrip(b'=').decode()}," for path, one in hashes.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as opened:
        for path, text in files.items():
            opened.writestr(path, text)
    return made


def own_pip(folder: Path) -> None:
    """This environment's pip as a wheel."""
    (there,) = importlib.util.find_spec("pip").submodule_search_locations or []  # type: ignore[union-attr]
    folder.mkdir()
    with zipfile.ZipFile(folder / "pip-1.0-py3-none-any.whl", "w") as opened:
        for file in sorted(Path(there).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                opened.write(file, Path("pip") / file.relative_to(there))


def filled(folder: Path, word: str = "一") -> Path:
    """A bundle before it is packed, as `make.sh` lays it out."""
    wheels = [
        wheel(folder / "wheels", "needed", f"WORD = {word!r}\n"),
        wheel(folder / "wheels", "huiying", PROGRAM, "Requires-Dist: needed\n", "huiying = huiying:main"),
    ]
    locked = (
        f"{one.name.split('-')[0]}==1.0 --hash=sha256:{hashlib.sha256(one.read_bytes()).hexdigest()}" for one in wheels
    )
    (folder / "wheels.lock").write_text("\n".join(locked), "utf-8")
    for name in ("systemd", "logrotate", "nginx", "caddy"):
        shutil.copytree(ROOT / "deploy" / name, folder / name)
    (folder / "docs").mkdir()
    (folder / "docs" / "operations.md").write_text("# 运行\n", "utf-8")
    (folder / "VERSION").write_text("1.0\n", "ascii")
    (folder / "ARCH").write_text(f"{platform.machine()}\n", "ascii")
    for name in ("install.sh", "huiying"):
        shutil.copy(SCRIPTS / name, folder)
    return folder


def packed(folder: Path, out: Path, epoch: int = 1_700_000_000) -> bytes:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run(["bash", SCRIPTS / "pack.sh", folder, out], check=True, env=environment, timeout=60)
    return out.read_bytes()


def carried_over(made: Path, to: Path) -> Path:
    """A bundle as somebody has it who unpacks it on another machine."""
    packed(made, made.with_suffix(".tar.gz"))
    with tarfile.open(made.with_suffix(".tar.gz")) as opened:
        opened.extractall(to, filter="data")
    return to / made.name


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """One that comes as far as the installing itself."""
    return carried_over(filled(tmp_path / "bundle"), tmp_path / "there")


def install(bundle: Path, root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    # No index is to be had; whoever asked for one would be told so at once.
    environment = {"PATH": os.environ["PATH"], "HOME": str(root.parent), "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    words = ["bash", str(bundle / "install.sh"), "--root", str(root), "--python", base_python(), *more]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120, env=environment)


def base_python() -> str:
    return str(Path(sys.base_prefix) / "bin" / "python3.11")


def test_the_same_contents_are_the_same_bytes_whenever_and_in_whatever_order_they_came(tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "bundle", tmp_path / "other" / "bundle"
    names = ["b.sh", "c/d.txt", *(f"f{number:02}.txt" for number in (7, 2, 11, 5, 9, 1, 8, 3))]
    for name in ("a.txt", *names):
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        (one / name).write_text(name, "utf-8")
    for name in (*reversed(names), "a.txt"):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(name, "utf-8")
        os.utime(other / name, (1, 1))
        (other / name).chmod(0o600)
    first = packed(one, tmp_path / "first.tar.gz")
    assert first == packed(other, tmp_path / "second.tar.gz")
    with tarfile.open(tmp_path / "first.tar.gz") as opened:
        assert opened.getnames() == sorted(opened.getnames())
    (other / "a.txt").write_text("another", "utf-8")
    assert first != packed(other, tmp_path / "second.tar.gz")


def test_its_checksum_lies_beside_it(tmp_path: Path) -> None:
    content = packed(filled(tmp_path / "bundle"), tmp_path / "x.tar.gz")
    expected = f"{hashlib.sha256(content).hexdigest()}  x.tar.gz\n"
    assert (tmp_path / "x.tar.gz.sha256").read_text("ascii") == expected


def test_it_installs_without_a_network_and_leaves_what_is_there(tmp_path: Path) -> None:
    root = tmp_path / "root"
    first_made, newer_made = filled(tmp_path / "first"), filled(tmp_path / "newer", "二")
    for made in (first_made, newer_made):
        own_pip(made / "tools")
    done = install(carried_over(first_made, tmp_path / "there"), root)
    assert done.returncode == 0, done.stderr
    first = os.readlink(root / "opt/huiying/venv")
    settings = root / "etc/huiying/huiying.yaml"
    assert settings.read_text("utf-8") == "# 一\ndata_dir: /var/lib/huiying\n"
    assert {file.name for file in (root / "etc/systemd/system").iterdir()} == {
        file.name for file in (ROOT / "deploy" / "systemd").iterdir()
    }
    assert (root / "etc/huiying/secrets").stat().st_mode & 0o777 == 0o700
    assert (root / "opt/huiying/docs/operations.md").is_file()
    assert os.access(root / "usr/local/bin/huiying", os.X_OK)

    # A newer one: the settings stay, the older program stays beside it.
    settings.write_text("data_dir: mine\n", "utf-8")
    done = install(carried_over(newer_made, tmp_path / "there"), root)
    assert done.returncode == 0, done.stderr
    assert settings.read_text("utf-8") == "data_dir: mine\n"
    second = os.readlink(root / "opt/huiying/venv")
    assert (first != second, (root / "opt/huiying" / first).is_dir()) == (True, True)
    assert f"原来的 {first.removeprefix('venv-')} 还在" in done.stdout


def test_a_bundle_that_was_changed_on_the_way_is_not_installed(bundle: Path, tmp_path: Path) -> None:
    with (bundle / "wheels.lock").open("a", encoding="utf-8") as opened:
        opened.write("# 多了一行\n")
    done = install(bundle, tmp_path / "root")
    assert done.returncode == 1
    assert "安装包不完整或被改动" in done.stderr
    assert list((tmp_path / "root").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "more", "said"),
    [
        ("ARCH", "mips\n", (), "这个安装包给 mips 的机器"),
        ("ARCH", None, ("--python", "python-that-is-not-there"), "没有找到 python-that-is-not-there"),
        ("ARCH", None, ("--python", "false"), "false 不是 Python 3.11"),
        ("ARCH", None, ("--rot", "x"), "不认得 --rot"),
    ],
)
def test_a_machine_that_it_is_not_for_is_told_so(
    bundle: Path, tmp_path: Path, name: str, content: str | None, more: tuple[str, ...], said: str
) -> None:
    if content is not None:
        (bundle / name).write_text(content, "ascii")
    done = install(bundle, tmp_path / "root", *more)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert list((tmp_path / "root").iterdir()) == []
