"""What is shipped reads the same by the quick reader as by the one in Python."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from records.shipped_files import content_of

ROOT = Path(__file__).parents[2]
FOLDERS = ("alerts", "casework", "crawlers", "dashboard", "nlp", "pipeline", "playbooks", "regulation", "samples")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_reads_as_it_is_written(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.yaml"))
    assert files
    assert [file for file in files if content_of(file) != yaml.safe_load(file.read_text("utf-8"))] == []


def test_a_python_object_in_a_file_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text("!!python/object/apply:os.getcwd []", "utf-8")
    with pytest.raises(yaml.YAMLError):
        content_of(file)
