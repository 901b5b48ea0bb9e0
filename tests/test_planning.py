"""The page that plans a billion posts says what follows from the figures on it: each result is worked out anew."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "planning.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| .*? \| (.*?) \| (.*?) \|$", re.MULTILINE)
GIVEN, FOLLOWING = (PAGE.split(f"## {title}\n")[1].split("\n## ")[0] for title in ("前提", "算得"))
WORK: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worth(node: ast.expr, figures: Mapping[str, float]) -> float:
    """What a formula of the page gives."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            return figures[name]
        case ast.BinOp(left=left, op=sign, right=right):
            return WORK[type(sign)](worth(left, figures), worth(right, figures))
        case ast.Call(func=ast.Name(id="ceil"), args=[one]):
            return ceil(worth(one, figures))
    raise ValueError(ast.dump(node))


def figures() -> dict[str, float]:
    """Everything that is given, and everything that follows, by name."""
    known = {name: float(value) for name, value, _ in ROW.findall(GIVEN)}
    for name, formula, _ in ROW.findall(FOLLOWING):
        known[name] = worth(ast.parse(formula.strip("`"), mode="eval").body, known)
    return known


def test_every_result_follows_from_what_is_given():
    shown = {name: float(value) for name, _, value in ROW.findall(FOLLOWING)}
    found = figures()
    assert len(shown) > 30
    assert {name: found[name] for name in shown} == {
        name: pytest.approx(value, rel=0.01) for name, value in shown.items()
    }


def test_the_shards_of_the_plan_keep_to_the_rule_that_it_names():
    found = figures()
    assert 10 <= found["a_shard_gb"] <= 50
    assert found["a_shard_posts"] * 1e6 < found["shard_posts"]


def test_what_the_program_sets_is_what_the_page_says():
    from huiying.settings import Settings
    from nlp.duplicates import TEXTS_KEPT

    found = figures()
    assert (found["days"], found["remembered"]) == (Settings().retention.days, TEXTS_KEPT)
