"""Keys of pushed sources: made once, shown to nobody else, changed over in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.push_keys import drop_older, file_of, keys_of, new_key
from records.secret_files import UnusableSecret

KEY = b"k" * 32


def written(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = file_of(folder, "hotline")
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_new_key_is_long_and_only_its_owner_reads_the_file(tmp_path: Path):
    folder = tmp_path / "data" / "inbound"
    key = new_key(folder, "hotline")
    assert len(key) >= 48
    assert keys_of(folder, "hotline") == (key.encode(),)
    assert file_of(folder, "hotline").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in folder.iterdir()] == ["hotline.key"]


def test_two_keys_are_good_until_the_older_is_dropped(tmp_path: Path):
    first, second, third = (new_key(tmp_path, "hotline").encode() for _ in range(3))
    assert len({first, second, third}) == 3
    assert keys_of(tmp_path, "hotline") == (third, second)
    assert drop_older(tmp_path, "hotline") == 1
    assert keys_of(tmp_path, "hotline") == (third,)
    assert drop_older(tmp_path, "hotline") == 0


def test_without_a_file_there_is_no_key(tmp_path: Path):
    assert keys_of(tmp_path / "none", "hotline") == ()
    assert drop_older(tmp_path, "hotline") == 0


@pytest.mark.parametrize(
    "name", ["../hotline", "hotline/..", "/etc/passwd", "", ".", "HOTLINE", "a" * 81, "热线", "a\n"]
)
def test_a_name_that_is_no_id_leads_to_no_file(tmp_path: Path, name: str):
    written(tmp_path, KEY)
    assert keys_of(tmp_path / "inner", name) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "应有一行或两行"),
        (b"\n \n", "应有一行或两行"),
        (b"\n".join([KEY] * 3), "应有一行或两行"),
        (b"short", "太短"),
        (KEY + b"\nshort\n", "太短"),
    ],
)
def test_a_weak_file_is_refused_and_nothing_of_it_is_told(tmp_path: Path, content: bytes, said: str):
    written(tmp_path, content)
    with pytest.raises(UnusableSecret) as told:
        keys_of(tmp_path, "hotline")
    assert said in str(told.value)
    assert "short" not in str(told.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o666])
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int):
    written(tmp_path, KEY, mode)
    with pytest.raises(UnusableSecret, match="chmod 600"):
        keys_of(tmp_path, "hotline")
    with pytest.raises(UnusableSecret):
        new_key(tmp_path, "hotline")


def test_line_ends_of_another_system_are_no_part_of_a_key(tmp_path: Path):
    written(tmp_path, KEY + b"\r\n" + b"o" * 32 + b"\r\n")
    assert keys_of(tmp_path, "hotline") == (KEY, b"o" * 32)


def test_a_folder_that_cannot_be_written_is_told_in_chinese(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnusableSecret, match=r"读不了|写不了"):
        new_key(tmp_path / "file", "hotline")
