"""The rules on secrecy are rows with their article; an unknown word, a bad pattern or an unusable word of the office is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from regulation import secrecy
from regulation.rule_rows import BadRules
from regulation.secrecy import secrecy_rules

ROWS = yaml.safe_load(Path(secrecy.__file__).with_name("secrecy.yaml").read_text("utf-8"))


def written(folder: Path, **changed: object) -> Path:
    file = folder / "secrecy.yaml"
    file.write_text(yaml.safe_dump({**ROWS, **changed}, allow_unicode=True), "utf-8")
    return file


def mark(**changed: object) -> dict[str, object]:
    return {"name": "one", "label": "标志", "why": "像标志", "clause": "H-23", "patterns": ["<level>"], **changed}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"patterns": ["<nothing>"]}, "nothing"),
        ({"patterns": ["("]}, "patterns"),
        ({"patterns": []}, "patterns"),
        ({"patterns": [{"a": None}]}, "引号"),
        ({"clause": "H-99"}, "H-99"),
        ({"edges": "everywhere"}, "edges"),
        ({"unlike": "x"}, "unlike"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, changed: dict[str, object], told: str):
    with pytest.raises(BadRules, match=rf"secrecy\.yaml.*{told}"):
        secrecy_rules(path=written(tmp_path, marks=[mark(**changed)]))


def test_a_name_written_twice_is_refused(tmp_path: Path):
    with pytest.raises(BadRules, match="重复：one"):
        secrecy_rules(path=written(tmp_path, marks=[mark(), mark()]))


def test_a_file_without_terms_is_refused(tmp_path: Path):
    with pytest.raises(BadRules, match="terms"):
        secrecy_rules(path=written(tmp_path, terms=None))


@pytest.mark.parametrize("word", ["", " ", "密", "长" * 61])
def test_an_office_word_is_two_to_sixty_characters(word: str):
    with pytest.raises(BadRules, match=r"rules\.secrecy_words.*2 至 60"):
        secrecy_rules([word])


def test_a_kind_of_personal_data_without_a_row_is_named_as_the_masking_names_it():
    assert secrecy_rules().personal_row("护照号").why == "像护照号"
