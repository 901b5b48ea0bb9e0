"""`huiying assess` writes one row for each accepted new post, sets bad lines aside, and says in one line what it cannot read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from huiying.cli import run
from tests.huiying.test_scenario import POST, RECORD

KEYS = [
    "id",
    "text",
    "sentiment",
    "negative",
    "disclosure",
    "link",
    "category",
    "category_scores",
    "duplicate_of",
    "why",
]


def written(path: Path, rows: list[Any]) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def assessed(folder: Path, posts: list[Any]) -> tuple[int, list[dict[str, Any]], list[dict[str, Any]]]:
    """Exit code, rows and rejected rows."""
    arguments = ["--posts", str(written(folder / "posts.jsonl", posts))]
    arguments += ["--disclosures", str(written(folder / "disclosures.jsonl", [RECORD]))]
    out = folder / "out.jsonl"
    code = run(["assess", *arguments, "--out", str(out)])
    rejected = folder / "out.jsonl.rejected.jsonl"
    read = [
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
        for file in (out, rejected)
    ]
    return code, read[0], read[1]


def test_every_new_post_gets_a_row_in_the_order_of_the_file(tmp_path: Path):
    later = {**POST, "id": "p0", "text": "打我电话13812345678，今天又停水了"}
    code, rows, rejected = assessed(tmp_path, [POST, later, POST])
    assert code == 0
    assert [row["id"] for row in rows] == ["p1", "p0"]
    assert all(list(row) == KEYS for row in rows)
    assert "13812345678" not in rows[1]["text"]
    assert rejected == []


def test_a_bad_line_is_set_aside_with_number_and_reason_and_without_its_text(tmp_path: Path):
    code, rows, rejected = assessed(tmp_path, ["{", {**POST, "text": ""}, POST, {**POST, "text": "换了一段不同的话"}])
    assert code == 0
    assert [row["id"] for row in rows] == ["p1"]
    assert [row["line"] for row in rejected] == [1, 2, 4]
    assert all(set(row) == {"line", "reason"} for row in rejected)
    assert "换了" not in json.dumps(rejected, ensure_ascii=False)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    for _ in range(2):
        assessed(tmp_path, [POST])
        (tmp_path / "out.jsonl").rename(tmp_path / f"{len(list(tmp_path.glob('*.kept')))}.kept")
    assert (tmp_path / "0.kept").read_bytes() == (tmp_path / "1.kept").read_bytes()


def test_a_file_that_is_no_text_is_one_line_and_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "posts.bin").write_bytes(b"PK\x03\x04\x00\x00")
    disclosures = written(tmp_path / "disclosures.jsonl", [RECORD])
    line = ["assess", "--posts", str(tmp_path / "posts.bin"), "--disclosures", str(disclosures), "--out"]
    assert run([*line, str(tmp_path / "out.jsonl")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("错误：posts.bin")
    assert said.count("\n") == 1
    assert not (tmp_path / "out.jsonl").exists()


def test_neither_a_database_nor_what_models_learn_with_is_loaded_to_read_a_file() -> None:
    script = (
        "import sys, huiying.commands.assess; print(*{'sqlalchemy', 'sklearn', 'scipy.optimize'} & sys.modules.keys())"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120).stdout
        == "\n"
    )
