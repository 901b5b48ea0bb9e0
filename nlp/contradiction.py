"""Notices when a post speaks of what its record denies: "在校生也要转学" beside "已就读的学生不转学"."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from nlp.cleaning import analysed
from nlp.lexicon import WORDS
from nlp.tokens import Words, plain
from records.disclosures import Disclosure

_CLAUSE = re.compile(r"[，,。；;：:、（）()\n]")
_DENIAL = re.compile(
    r"不|未|无需|无须|没有|禁止|严禁|免费|免收|免交|免除|全免|自愿|自选|自主|保留|照常|继续|承担|均可|仍可|也可|可以|方可|仅|只|优先|尚"
)

OF_RECORD = ("denied",)
"""What is read of a post beside its record, one column each."""


@lru_cache(maxsize=1)
def everywhere() -> frozenset[str]:
    """Words that stand in every document and mark no matter of its own."""
    return frozenset((WORDS / "everywhere.txt").read_text(encoding="utf-8").split())


class Denials:
    """The words of one record's clauses that say what it does not do, or leaves to choice."""

    def __init__(self, record: Disclosure, cutter: Words | None = None) -> None:
        found: dict[str, None] = {}
        for clause in _CLAUSE.split(analysed(None, record.body)):
            if _DENIAL.search(clause):
                for word in (cutter or plain()).cut(clause):
                    if len(word) > 1 and word not in everywhere() and word.isalpha():
                        found[word] = None
        self.words = tuple(found)

    def met_in(self, text: str) -> float:
        """How much of it an analysed text takes up: 0 for nothing, about 1 for two words."""
        return math.log1p(sum(word in text for word in self.words))
