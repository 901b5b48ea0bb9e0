"""Reads the words of an answer and says what stands against them: every remark names its rule and the places in the text.

It calls nothing true or untrue: that a statement is not so may be said only where a person has found it out (第四十二条（一）).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from records.answers import Verification, Wording
from records.proposals import Flag
from records.seen import plain_letter, readings
from regulation.answers import AnswerRules, Check, CheckRule, Effect

_BLANK = (
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0]*"
)
_PENDING = re.compile(r"〔待[^〕\n]*〕?|【待[^】\n]*】?|[xX×]{2,}(?=[年月日时分元米户人个])")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_HAN = re.compile(r"[\u4e00-\u9fff]+|[0-9]+")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters that show nothing."""
_UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me"})
_IDLE = frozenset("的了着过吗呢吧啊呀也都就还又很太我你他她它们这那个不没有是在和与把被给让要会能说到从为对")
"""Characters that carry nothing of what is spoken of."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the text, with what to say instead where there is something."""

    start: int
    end: int
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that stands against an answer: its rule, what is said of it, and where."""

    rule: CheckRule
    said: str
    places: tuple[Place, ...] = ()

    @property
    def effect(self) -> Effect:
        """What follows from it."""
        return self.rule.effect


@dataclass(frozen=True, slots=True)
class Focus:
    """A focal point of the reaction: a masked example, how many voices stand for it."""

    key: str
    said: str
    posts: int


@dataclass(frozen=True, slots=True)
class Matter:
    """What an answer is held against: the focal points, what people found out, titles and numbers of party records and the
    text of that which it is about, and the marks of secrecy and the personal data found in it."""

    points: Sequence[Focus] = ()
    verifications: Sequence[Verification] = ()
    party_names: Sequence[str] = ()
    party_body: str = ""
    secret: Sequence[Flag] = ()
    personal: Sequence[Flag] = ()


def remarks(wording: Wording, matter: Matter, rules: AnswerRules) -> list[Remark]:
    """Everything that stands against the wording, in the order of the rules."""
    found: dict[Check, tuple[str, tuple[Place, ...]] | None] = {
        Check.DENIAL: _denied(wording, matter, rules),
        Check.UNFINISHED: _at("“{}”还没有写完", wording.text, _PENDING.finditer(wording.text)),
        Check.PARTY_TITLE: _party_title(wording.text, matter.party_names, rules),
        Check.PARTY_TEXT: _party_text(wording.text, matter.party_body, rules.sizes.shared),
        Check.SECRET: _flagged(wording.text, matter.secret),
        Check.PERSONAL: _flagged(wording.text, matter.personal),
        Check.FOCUS: _untouched(wording, matter, rules),
        Check.GROUNDS: _groundless(wording, matter),
        Check.OFFICIALESE: _official(wording.text, rules),
        Check.LENGTH: _long(wording.text, rules.sizes.longest),
        Check.SENTENCE: _long_sentences(wording.text, rules.sizes.sentence),
    }
    return [Remark(row, *told) for row in rules.checks if (told := found[row.check]) is not None]


def denials(text: str, rules: AnswerRules) -> list[Place]:
    """Where the text calls something untrue."""
    kept = [place for word in rules.denials.unless for place in _word(text, word)]
    places = [place for word in rules.denials.words for place in _word(text, word)]
    places += [Place(*found.span()) for pattern in rules.denials.patterns for found in pattern.finditer(text)]
    return _merged(one for one in places if not any(_inside(one, other) for other in kept))


def party_named(text: str, names: Iterable[str], rules: AnswerRules) -> list[Place]:
    """Where the text holds a title or a number of a party record, in whatever width, with whatever blanks, brackets and signs
    they are typed. Those too short to mean this record alone are passed over."""
    shortest = rules.sizes.name
    wanted = {_plain(name) for name in names if len("".join(name.split()).strip("《》")) >= shortest} - {""}
    read = [_letters(signs) for signs in readings(text)]
    met = [(at, letters, name) for letters, at in read for name in wanted if name in letters]
    places = (at[start : start + len(name)] for at, letters, name in met for start in _starts(letters, name))
    return _merged(Place(min(place), max(place) + 1) for place in places)


def supported(wording: Wording, verifications: Iterable[Verification]) -> bool:
    """Whether the wording names a verification record, still standing, by which a person found something not to be so."""
    return any(one.id in wording.verifications and one.verdict.contradicts for one in valid(verifications))


def valid(verifications: Iterable[Verification]) -> list[Verification]:
    """The verification records that were not taken back."""
    known = list(verifications)
    back = {one.of for one in known if one.of is not None}
    return [one for one in known if one.of is None and one.id not in back]


def touched(wording: Wording, point: Focus, rules: AnswerRules) -> bool:
    """Whether the answer takes up the point: by its writer's word, or because its words come up."""
    if point.key in wording.touched:
        return True
    wanted = _pairs(point.said)
    return bool(wanted) and len(wanted & _pairs(wording.text)) / len(wanted) >= rules.sizes.touch


def _denied(wording: Wording, matter: Matter, rules: AnswerRules) -> tuple[str, tuple[Place, ...]] | None:
    places = denials(wording.text, rules)
    if not places or supported(wording, matter.verifications):
        return None
    words = "、".join(f"“{_cut(wording.text, place)}”" for place in places)
    return f"{words}没有核实记录支持", tuple(places)


def _at(said: str, text: str, found: Iterable[re.Match[str]]) -> tuple[str, tuple[Place, ...]] | None:
    places = tuple(Place(*one.span()) for one in found)
    return (said.format(_cut(text, places[0])), places) if places else None


def _party_title(text: str, names: Sequence[str], rules: AnswerRules) -> tuple[str, tuple[Place, ...]] | None:
    places = party_named(text, names, rules)
    return ("出现了党内公开事项的题目或文号", tuple(places)) if places else None


def _party_text(text: str, body: str, shared: int) -> tuple[str, tuple[Place, ...]] | None:
    kept, _ = _visible(enumerate(body))
    known = {kept[at : at + shared] for at in range(len(kept) - shared + 1)}
    found = [
        signs[at : at + shared]
        for read, signs in (_visible(order) for order in readings(text))
        for at in range(len(read) - shared + 1)
        if read[at : at + shared] in known
    ]
    places = _merged(Place(min(run), max(run) + 1) for run in found)
    return (f"有 {len(places)} 处与党内公开的正文连续 {shared} 字以上相同", tuple(places)) if places else None


def _flagged(text: str, flags: Sequence[Flag]) -> tuple[str, tuple[Place, ...]] | None:
    if not flags:
        return None
    places = _merged(place for flag in flags for place in _word(text, flag.found))
    return "；".join(dict.fromkeys(f"“{flag.found}”{flag.why}" for flag in flags)), tuple(places)


def _untouched(wording: Wording, matter: Matter, rules: AnswerRules) -> tuple[str, tuple[Place, ...]] | None:
    open_points = [point for point in matter.points if not touched(wording, point, rules)]
    if not open_points:
        return None
    return "；".join(f"“{point.said}”（{point.posts} 条）" for point in open_points), ()


def _groundless(wording: Wording, matter: Matter) -> tuple[str, tuple[Place, ...]] | None:
    rests = [one for one in valid(matter.verifications) if one.id in wording.verifications]
    return None if rests or wording.grounds else ("没有引用核实记录、文件或网页", ())


def _official(text: str, rules: AnswerRules) -> tuple[str, tuple[Place, ...]] | None:
    places = [Place(one.start, one.end, row.plain) for row in rules.officialese for one in _word(text, row.word)]
    kept = [one for one in places if not any(_inside(one, other) and one != other for other in places)]
    if not kept:
        return None
    ordered = sorted(set(kept), key=lambda one: one.start)
    said = dict.fromkeys(f"“{_cut(text, one)}”→{one.instead or '删去'}" for one in ordered)
    return "；".join(said), tuple(ordered)


def _long(text: str, longest: int) -> tuple[str, tuple[Place, ...]] | None:
    size = len("".join(text.split()))
    return (f"共 {size} 字，宜在 {longest} 字以内", ()) if size > longest else None


def _long_sentences(text: str, longest: int) -> tuple[str, tuple[Place, ...]] | None:
    places = tuple(Place(*one.span()) for one in _SENTENCE.finditer(text) if len(one.group().strip()) > longest)
    return (f"有 {len(places)} 句超过 {longest} 字", places) if places else None


def _word(text: str, word: str) -> Iterator[Place]:
    """Every place of a word, whatever blanks stand inside it, in large letters or small."""
    shape = _BLANK.join(re.escape(sign) for sign in word if not sign.isspace())
    for found in re.finditer(shape, text, re.IGNORECASE):
        yield Place(*found.span())


def _letters(signs: Iterable[tuple[int, str]]) -> tuple[str, Sequence[int]]:
    """The letters and digits of a text alone, in their plain shape, and for each the place in the text where it stands."""
    read = [
        (plain, at)
        for at, sign in signs
        for plain in plain_letter(sign).lower()
        if plain.isalnum() and plain not in _FILLERS
    ]
    return "".join(plain for plain, _ in read), [at for _, at in read]


def _visible(signs: Iterable[tuple[int, str]]) -> tuple[str, Sequence[int]]:
    """The signs of a text that show something, in their plain shape, and for each the place in the text where it stands."""
    read = [
        (plain, at)
        for at, sign in signs
        for plain in plain_letter(sign)
        if not plain.isspace() and plain not in _FILLERS and unicodedata.category(plain) not in _UNSEEN
    ]
    return "".join(plain for plain, _ in read), [at for _, at in read]


@lru_cache(maxsize=20_000)
def _plain(name: str) -> str:
    """A party record's title or number as `_letters` reads it: there are thousands, and each text is held against all."""
    return _letters(enumerate(name))[0]


def _starts(read: str, name: str) -> Iterator[int]:
    start = read.find(name)
    while start >= 0:
        yield start
        start = read.find(name, start + len(name))


def _inside(one: Place, other: Place) -> bool:
    return other.start <= one.start and one.end <= other.end


def _merged(places: Iterable[Place]) -> list[Place]:
    """The places in their order, those that overlap joined."""
    joined: list[Place] = []
    for place in sorted(places, key=lambda one: (one.start, one.end)):
        if joined and place.start <= joined[-1].end:
            joined[-1] = Place(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return joined


def _cut(text: str, place: Place) -> str:
    return " ".join(text[place.start : place.end].split())


def _pairs(text: str) -> set[str]:
    """What a text speaks of, as pairs of characters; numbers whole."""
    found: set[str] = set()
    for run in _HAN.findall(text):
        if run.isdigit():
            found.add(run)
        else:
            found |= {run[at : at + 2] for at in range(len(run) - 1) if not _IDLE & set(run[at : at + 2])}
    return found
