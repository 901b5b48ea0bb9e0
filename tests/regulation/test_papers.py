"""The kinds of papers: each has one name, on the pages and in the documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from regulation.papers import paper_rules
from regulation.periodic import periodic_rules
from regulation.rule_rows import BadRules

ROOT = Path(__file__).parents[2]
ROWS = yaml.safe_load((ROOT / "regulation" / "papers.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    "rows", [ROWS[:-1], [*ROWS, ROWS[0]], [ROWS[0] | {"sign": "sign_by_machine"}, *ROWS[1:]]], ids=["few", "two", "act"]
)
def test_a_kind_without_a_row_or_with_two_and_an_unknown_act_are_errors(rows: list[dict[str, object]], tmp_path: Path):
    file = tmp_path / "papers.yaml"
    file.write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")
    with pytest.raises(BadRules, match=r"papers\.yaml："):
        paper_rules(file)


def test_who_has_a_template_made_reads_the_names_of_the_kinds_that_the_pages_show():
    told = dict(re.findall(r"`(\w+)` (\w+)", (ROOT / "docs" / "templates.md").read_text("utf-8")))
    names = {kind.value: rule.label for kind, rule in paper_rules().items()}
    assert {kind: told.get(kind) for kind in names} == names


@pytest.mark.parametrize("file", ["README.md", "docs/reports.md", "docs/glossary.md", "dashboard/manual/6-papers.md"])
def test_the_documents_name_every_paper_of_a_period_as_the_pages_do(file: str):
    text = (ROOT / file).read_text("utf-8")
    assert [name for kind in periodic_rules().rules if (name := paper_rules()[kind].label) not in text] == []
