"""Reads what is known of names: how strongly each character speaks for one, and the words around names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

WORDS = Path(__file__).parent / "words"

USUAL, SURE = 15, 30
"""Weight of a surname that may stand alone before a title, and of one that hardly is anything else."""

LEADS = frozenset("叫是被找让给跟和与、把由向问见对像，。：；！？,.:;!?“《(（】」’‘”) \n")
_VEILED = r"(?:老[二三四五六七八九幺](?![一-龥]?[区年])|某{1,2}(?![些种个一地天次年月日村县市区局单部公物小领位])|[×xX*＊]{2}|[×xX*＊](?=[一-龥]))"


class _Words(BaseModel):
    """nlp/words/names.yaml. Lists of words stand apart by blanks, single characters follow each other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: str
    introducing: str
    fields: str
    saying_who: str
    short_titles: str
    offices: str
    accusations: str
    given_words: str
    compound_surnames: str
    rare_surnames: str
    surnames_that_are_words: str
    nicknames: str
    after_nickname: str
    of_places: str
    transliterating: str
    tibetan: str
    turkic: str


class NameWords:
    """What is known of names: how strongly each character speaks for one, and the words around names."""

    def __init__(self, words: _Words, characters: Iterable[str]) -> None:
        self.surname: dict[str, int] = {}
        self.first: dict[str, int] = {}
        self.last: dict[str, int] = {}
        for row in characters:
            character, *weights = row.split()
            for table, weight in zip((self.surname, self.first, self.last), weights, strict=True):
                if weight != "-":
                    table[character] = int(weight)
        self.surname |= dict.fromkeys(frozenset(words.rare_surnames) - self.surname.keys(), SURE)
        self.rare = frozenset(words.surnames_that_are_words) - self.surname.keys()
        self.surname |= dict.fromkeys(self.rare, 0)
        self.compound = frozenset(words.compound_surnames.split())
        self.given_words = frozenset(words.given_words.split())
        self.after_nickname = frozenset(words.after_nickname)
        self.of_places = frozenset(words.of_places)
        roles = frozenset(words.roles.split())
        self.short_titles = frozenset(words.short_titles.split())
        self.titles = _either(roles | self.short_titles)
        self.introducing = _by_end(roles | set(words.introducing.split()) | set(words.fields.split()))
        self.fields = _by_end(words.fields.split())
        self.saying_who = _by_end(words.saying_who.split())
        self.saying_alone = frozenset(words.saying_who.split()) - frozenset("叫")
        self.accusations = _either(words.accusations.split())
        usual = "".join(c for c, weight in self.surname.items() if weight >= USUAL)
        # Each pattern begins with one set of characters: that is what makes the search fast.
        following = {*self.first, *self.last, *(title[0] for title in roles | self.short_titles)}
        following.update(name[1] for name in self.compound)
        openers = {*self.surname, *(name[0] for name in self.compound)}
        self.opener = re.compile(f"[{''.join(sorted(openers))}](?=[{''.join(sorted(following))}])")
        tibetan = words.tibetan.split()
        self.veiled = re.compile(
            rf"[{usual}老小阿姓](?:{_VEILED}(?<=[{usual}]..)|{_VEILED}(?<=[{usual}].)|(?<=[老小阿])(?P<nick>[{words.nicknames}])"
            rf"|(?<=姓)(?P<family>[{usual}])(?=的))"
        )
        letters = "".join(sorted(frozenset(words.transliterating + words.tibetan + words.turkic) - frozenset(" \n")))
        self.tibetan = re.compile(f"(?:{_either(tibetan).pattern})(?:{_either(tibetan).pattern})")
        self.before = LEADS.union(self.introducing, self.saying_who, "是叫为")
        self.turkic = re.compile(rf"{_either(words.turkic.split()).pattern}|古丽[{letters}]{{1,2}}")
        self.foreign = re.compile(rf"[{letters}]{{3,12}}")
        self.dotted = re.compile(rf"[{letters}]{{2,7}}[·•・‧](?:孟和|[{letters}]{{2,8}})")
        offices = "|".join(words.offices.split())
        self.office_before = re.compile(f"(?:{offices})(?:、[一-龥]{{2,6}}(?:{offices}))*[:： ]?$")
        self.office_after = re.compile(
            rf"等\d*名?同志|，?现任|，?拟任|[（(][一-龥]{{0,6}}(?:{offices})[)），,、]|{offices}"
        )


@lru_cache(maxsize=1)
def name_words() -> NameWords:
    words = _Words.model_validate(yaml.safe_load((WORDS / "names.yaml").read_text(encoding="utf-8")))
    rows = (WORDS / "name_characters.txt").read_text(encoding="utf-8").splitlines()
    return NameWords(words, (row for row in rows if not row.startswith("#")))


def _by_end(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The words by their last character."""
    by_end: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        by_end[word[-1]] = (*by_end.get(word[-1], ()), word)
    return by_end


def _either(words: Iterable[str]) -> re.Pattern[str]:
    """Finds the words, longer ones first. Grouped by their first character, the search is faster."""
    rests: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(word[1:])
    return re.compile(
        "|".join(f"{first}(?:{'|'.join(tails)})" if any(tails) else first for first, tails in rests.items())
    )
