"""Reads what is known of names: how strongly each character speaks for one, and the words around names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from records.shipped_files import content_of

WORDS = Path(__file__).parent / "words"

USUAL, SURE = 15, 30
"""Weight of a surname that may stand alone before a title, and of one that hardly is anything else."""

_RARELY_SURNAME = 10
"""Weight of a surname that learned weights alone may take for one."""

_GIVEN_MOSTLY, _GIVEN_AS_WELL = 20, 0
"""Weight of a character of a given name that is known for one, but was not counted."""

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
    given_mostly: str
    given_as_well: str
    compound_surnames: str
    rare_surnames: str
    surnames_that_are_words: str
    surnames_by_odds: str
    function_words: str
    nicknames: str
    never_nicknames: str
    after_nickname: str
    of_places: str
    transliterating: str
    tibetan: str
    turkic: str
    mongolian: str
    turkic_names: str
    public_names: str
    goods: str
    trees: str
    not_before_trees: str
    of_trees: str
    kin: str
    of_brothers: str
    of_sisters: str
    pet_names: str
    titled_alone: str
    never_last: str
    never_given: str


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
        self._learn_given(words.given_mostly, _GIVEN_MOSTLY)
        self._learn_given(words.given_as_well, _GIVEN_AS_WELL)
        self.surname |= dict.fromkeys(frozenset(words.rare_surnames) - self.surname.keys(), SURE)
        self.rare = frozenset(words.surnames_that_are_words) - self.surname.keys()
        self.surname |= dict.fromkeys(self.rare, 0)
        self.by_odds = frozenset(words.surnames_by_odds) - self.surname.keys()
        self.surname_or_word = self.surname | dict.fromkeys(self.by_odds, _RARELY_SURNAME)
        self.function_words = frozenset(words.function_words)
        self.nicknames = frozenset(words.nicknames)
        self.titled_alone = frozenset(words.titled_alone)
        self.compound = frozenset(words.compound_surnames.split())
        self.given_words = frozenset(words.given_words.split())
        self.after_nickname = frozenset(words.after_nickname)
        self.of_places = frozenset(words.of_places)
        self.compound_first = frozenset(name[0] for name in self.compound)
        self.no_end = self.of_places.union(words.never_last)
        self.never_given = frozenset(words.never_given)
        roles = frozenset(words.roles.split())
        self.short_titles = frozenset(words.short_titles.split())
        self.titles = _either(roles | self.short_titles)
        self.introducing = _by_end(roles | set(words.introducing.split()) | set(words.fields.split()))
        self.fields = _by_end(words.fields.split())
        self.saying_who = _by_end(words.saying_who.split())
        self.saying_alone = frozenset(words.saying_who.split()) - frozenset("叫")
        self.accusations = _either(words.accusations.split())
        usual = "".join(c for c, weight in self.surname.items() if weight >= USUAL)
        family = "".join({*self.surname_or_word, *words.rare_surnames} - frozenset("名氏什"))
        nicknames = "".join(
            {
                *words.nicknames,
                *words.rare_surnames,
                *words.titled_alone,
                *(c for c, w in self.surname.items() if w >= SURE),
            }
            - frozenset(words.never_nicknames)
        )
        # Each pattern begins with one set of characters: that is what makes the search fast.
        following = {*self.first, *self.last, *(title[0] for title in roles | self.short_titles)}
        following.update(name[1] for name in self.compound)
        openers = {*self.surname_or_word, *(name[0] for name in self.compound)}
        self.opener = re.compile(f"[{''.join(sorted(openers))}](?=[{''.join(sorted(following))}])")
        tibetan = words.tibetan.split()
        self.latin = re.compile(rf"(?<![A-Za-z])[A-Z][a-z]{{1,9}}[{words.nicknames}](?=[，,。、和跟的说开家在是\s]|$)")
        self.veiled = re.compile(
            rf"[{usual}老小阿大姓](?:{_VEILED}(?<=[{usual}]..)|{_VEILED}(?<=[{usual}].)|(?<=[老小阿大])(?P<nick>[{nicknames}])"
            rf"|(?<=姓)(?P<family>[{family}])(?=[的，,。；;！!、）)那这]|$)|家老[大二三四五六幺](?<=[{usual}]家老.)(?![家爷板师一-九]))"
        )
        self.public_names = frozenset(words.public_names.split())
        self.goods = tuple(words.goods.split())
        self.trees = re.compile(
            rf"(?<![{words.not_before_trees}])(?:{_either(words.trees.split()).pattern})树(?:[{words.of_trees}]|$)"
        )
        self.kin = _either(words.kin.split())
        pets = words.pet_names.split()
        pet = "".join(
            sorted(
                {
                    *words.of_brothers,
                    *words.of_sisters,
                    *"健珍莲芬贵财旺",
                    *(c for c, w in self.last.items() if w >= USUAL),
                }
                - frozenset(words.tibetan + words.turkic)
            )
        )
        first = "阿" + "".join(sorted({*words.of_brothers, *words.of_sisters, *(name[0] for name in pets)}))
        self.given_alone = re.compile(
            rf"(?=[{first}])(?:阿[{pet}]|[{words.of_brothers}]哥|[{words.of_sisters}]姐"
            rf"|{_either(pets).pattern}(?=[说讲问家今昨又也不没的他她在把被跟和吃拿打，,。、！？!?]|$))"
        )
        parts = words.mongolian.split() + words.turkic_names.split()
        whole = _either(part for part in parts if len(part) > 2).pattern
        self.undotted = re.compile(
            rf"(?:{whole}|{_either(parts).pattern}{_either(parts).pattern})(?:江|汗|夫|娃)?(?![县市旗省路街区乡镇州山草木察])"
        )
        letters = "".join(
            sorted(
                frozenset(words.transliterating + words.tibetan + words.turkic + words.mongolian + words.turkic_names)
                - frozenset(" \n")
            )
        )
        self.tibetan = re.compile(f"(?:{_either(tibetan).pattern})(?:{_either(tibetan).pattern})")
        self.before = LEADS.union(self.introducing, self.saying_who, "是叫为")
        self.turkic = re.compile(rf"{_either(words.turkic.split()).pattern}|古丽[{letters}]{{1,2}}")
        self.foreign = re.compile(rf"[{letters}]{{3,12}}")
        self.dotted = re.compile(rf"[{letters}]{{2,7}}[·•・‧](?:孟和|[{letters}]{{2,8}})")
        offices = "|".join(words.offices.split()).replace("同志", "同志(?![:：]?[您你])")
        self.office_before = re.compile(f"(?:{offices})(?:、[一-龥]{{2,6}}(?:{offices}))*[:： ]?$")
        self.office_after = re.compile(
            rf"等\d*名?同志|，?现任|，?拟任|[（(][一-龥]{{0,6}}(?:{offices})[)），,、]|{offices}"
        )

    def _learn_given(self, characters: str, weight: int) -> None:
        """Lets these characters speak for a given name at least so much where nothing was counted."""
        for character in frozenset(characters) - frozenset(" \n"):
            self.first.setdefault(character, weight)
            self.last.setdefault(character, weight)


@lru_cache(maxsize=1)
def name_words() -> NameWords:
    words = _Words.model_validate(content_of(WORDS / "names.yaml"))
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
