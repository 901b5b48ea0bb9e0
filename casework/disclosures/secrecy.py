"""Reads what of a form would be published, and flags what may not be published unseen: marks of secrecy, personal data.

A text is read line by line as a person reads it who looks for marks: without spaces and invisible characters, in plain
letters; and once more over the end of a line that runs on into the next, where a mark may be broken or written downwards. What stands free of other words counts for more, so where the writer left a gap is remembered.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from records.proposals import Flag, Form
from records.seen import plain_letter, readings
from regulation.secrecy import Edges, Mark, SecrecyRules

Finder = Callable[[str], Iterable[tuple[int, int, str]]]
"""Finds personal data in a text: where each begins and ends, and what it is."""

_PERSONAL, _OWN = "personal", "own_word"
_CONTEXT = 6
_INVISIBLE = {"Cf", "Cc", "Mn", "Me", "Cs", "Co", "Cn"}
_BLANKS = "\u2800\u3164\u115f\u1160\uffa0"
_LINE_EDGE = re.compile(r"[\[\](){}【】〔〕〖〗<>〈〉「」『』★☆⭐※:|]")
_CLAUSE_EDGE = re.compile(r"[,。.;!?…—]")
_SENTENCE_ENDS = "。!?;"
_LINE_ENDS = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
_AROUND_SEAM = 60
"""Characters before and after the end of a line in which a mark that is broken there is looked for."""
_SHORT_HEAD = 8
"""Characters that two lines with an empty one between them have at most to be read as one mark."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it is read: its characters, and for each the place in the text where it stands, how far that goes, and
    whether a gap is before it. The last gap is that after the line's end."""

    read: str
    starts: tuple[int, ...]
    gaps: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Seam:
    """What stands around the end of a line that runs on into the next: a mark may be broken there, or be written downwards.
    `at` is where the next line begins; beyond an end that is `cut` the text goes on."""

    line: _Line
    at: int
    cut_before: bool
    cut_after: bool

    def is_crossed(self, start: int, end: int) -> bool:
        cut = (self.cut_before and start == 0) or (self.cut_after and end == len(self.line.read))
        return start < self.at < end and not cut


@dataclass(frozen=True, slots=True)
class _Find:
    kind: str
    label: str
    why: str
    clause: str
    start: int
    end: int
    words: str
    context: str


def flags_in(form: Form, rules: SecrecyRules, personal: Finder) -> tuple[Flag, ...]:
    """Every flag of the form, place by place in the order of the words."""
    return flags_of(_published(form), rules, personal)


def flags_of(texts: Iterable[tuple[str, str]], rules: SecrecyRules, personal: Finder) -> tuple[Flag, ...]:
    """Every flag of what would be published, each text with its place, in the order of the words."""
    flags: list[Flag] = []
    seen: Counter[str] = Counter()
    for place, text in texts:
        for find in _finds(text, rules, personal):
            name = "\n".join((place, find.kind, find.words, find.context))
            seen[name] += 1
            key = hashlib.sha256(f"{name}\n{seen[name]}".encode()).hexdigest()[:24]
            flags.append(Flag(key, find.label, place, text[find.start : find.end].strip(), find.why, find.clause))
    return tuple(flags)


def _published(form: Form) -> Iterator[tuple[str, str]]:
    """What would be read outside, with its place in the form; the terms asked of search sites leave the house as well."""
    yield "题目", form.title
    yield "文号", form.doc_number or ""
    yield "正文", form.body
    yield "解读材料", form.interpretation or ""
    yield "说明", form.explanation or ""
    yield "公开范围", form.audience_note or ""
    yield "公开平台", "\n".join(form.platforms)
    yield "关注词", "\n".join(form.watch_terms)


def _finds(text: str, rules: SecrecyRules, personal: Finder) -> list[_Find]:
    """What is found, in the order of the text. Of finds under one label that overlap the longest counts; under another
    label each is told: whoever clears one has not thought of the other."""
    taken: list[_Find] = []
    covered: dict[str, bytearray] = {}
    marks = sorted(_marked(text, rules), key=lambda find: find.start - find.end)
    for find in (*marks, *_about_people(text, rules, personal)):
        under = covered.setdefault(find.label, bytearray(len(text)))
        if not any(under[find.start : find.end]):
            under[find.start : find.end] = b"\1" * (find.end - find.start)
            taken.append(find)
    return sorted(taken, key=lambda find: find.start)


def _marked(text: str, rules: SecrecyRules) -> Iterator[_Find]:
    for signs in readings(text):
        yield from _marked_in(text, [line for line in _lines(signs, rules) if line.read], rules)


def _marked_in(text: str, lines: list[_Line], rules: SecrecyRules) -> Iterator[_Find]:
    seams = list(_seams(text, lines))
    for mark in rules.marks:
        said = (mark.name, mark.label, mark.why, mark.clause)
        yield from (_find(*said, *place) for place in _places(lines, seams, partial(_spans, mark)))
    for word in rules.own_words:
        said = (_OWN, rules.own.label, rules.own.why, rules.own.clause)
        shape = re.compile(re.escape(_read(word, rules)))
        yield from (_find(*said, *place) for place in _places(lines, seams, partial(_whole, shape)))


def _places(
    lines: list[_Line], seams: list[_Seam], spans: Callable[[_Line], Iterable[tuple[int, int]]]
) -> Iterator[tuple[_Line, int, int]]:
    """Where something stands in the lines, and over their ends."""
    for line in lines:
        yield from ((line, start, end) for start, end in spans(line))
    for seam in seams:
        yield from ((seam.line, start, end) for start, end in spans(seam.line) if seam.is_crossed(start, end))


def _whole(shape: re.Pattern[str], line: _Line) -> Iterator[tuple[int, int]]:
    return (found.span() for found in shape.finditer(line.read))


def _find(kind: str, label: str, why: str, clause: str, line: _Line, start: int, end: int) -> _Find:
    context = line.read[max(0, start - _CONTEXT) : end + _CONTEXT]
    places = line.starts[start:end]
    return _Find(kind, label, why, clause, min(places), max(places) + 1, line.read[start:end], context)


def _about_people(text: str, rules: SecrecyRules, personal: Finder) -> Iterator[_Find]:
    """Personal data is looked for in what is visible, blanks and all."""
    for signs in readings(text):
        yield from _about_people_in(
            text, [at for at, sign in signs if sign == "\n" or not _unseen(sign)], rules, personal
        )


def _about_people_in(text: str, places: list[int], rules: SecrecyRules, personal: Finder) -> Iterator[_Find]:
    visible = "".join(text[at] for at in places)
    for start, end, what in personal(visible):
        row, words = rules.personal_row(what), visible[start:end]
        if row.holds(words):
            context = visible[max(0, start - _CONTEXT) : end + _CONTEXT]
            said = (_PERSONAL, rules.personal_label, row.why, rules.personal_clause)
            yield _Find(*said, min(places[start:end]), max(places[start:end]) + 1, words, context)


def _lines(signs: Sequence[tuple[int, str]], rules: SecrecyRules) -> Iterator[_Line]:
    row: list[tuple[int, str]] = []
    for at, sign in signs:
        if _LINE_ENDS.match(sign):
            yield _line(row, rules)
            row = []
        else:
            row.append((at, sign))
    yield _line(row, rules)


def _seams(text: str, lines: list[_Line]) -> Iterator[_Seam]:
    """The end of each line that the next one goes on from, with what stands around it."""
    for block in _blocks(text, lines):
        whole = _Line(
            "".join(line.read for line in block),
            tuple(chain.from_iterable(line.starts for line in block)),
            (*chain.from_iterable(line.gaps[:-1] for line in block), True),
        )
        at = 0
        for line in block[:-1]:
            at += len(line.read)
            first, last = max(0, at - _AROUND_SEAM), min(len(whole.read), at + _AROUND_SEAM)
            near = _Line(whole.read[first:last], whole.starts[first:last], whole.gaps[first : last + 1])
            yield _Seam(near, at - first, first > 0, last < len(whole.read))


def _blocks(text: str, lines: list[_Line]) -> Iterator[list[_Line]]:
    """Lines that follow each other without the end of a sentence between them."""
    block: list[_Line] = []
    for line in lines:
        if block and not _runs_on(text, block[-1], line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _runs_on(text: str, line: _Line, following: _Line) -> bool:
    """Whether a line may go on in the next: over an empty line only what is short, as in the head of a paper."""
    if line.read[-1] in _SENTENCE_ENDS:
        return False
    between = text[max(line.starts) + 1 : min(following.starts)].replace("\r\n", "\n")
    return len(_LINE_ENDS.findall(between)) < 2 or len(line.read + following.read) <= _SHORT_HEAD


def _line(row: Iterable[tuple[int, str]], rules: SecrecyRules) -> _Line:
    read: list[str] = []
    starts: list[int] = []
    gaps: list[bool] = []
    gap = True
    for at, sign in row:
        if sign.isspace() or sign in _BLANKS:
            gap = True
            continue
        for plain in _plain(sign, rules):
            read.append(plain)
            starts.append(at)
            gaps.append(gap)
            gap = False
    return _Line("".join(read), tuple(starts), (*gaps, True))


def _plain(sign: str, rules: SecrecyRules) -> str:
    """One character as it is read: nothing where it cannot be seen."""
    if sign in rules.letters:
        return rules.letters[sign]
    folded = "".join(part for part in plain_letter(sign) if not (part.isspace() or _unseen(part)))
    return "".join(rules.letters.get(part, part) for part in folded)


def _unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _INVISIBLE


def _read(word: str, rules: SecrecyRules) -> str:
    return "".join(_plain(sign, rules) for sign in word if not sign.isspace() and sign not in _BLANKS)


def _spans(mark: Mark, line: _Line) -> Iterator[tuple[int, int]]:
    for pattern in mark.patterns:
        for found in pattern.finditer(line.read):
            start, end = found.span()
            if start == end or not (_free_left(line, start, mark.edges) and _free_right(line, end, mark.right)):
                continue
            if mark.unless is None or not mark.unless.search(_sentence(line.read, start, end)):
                yield start, end


def _free_left(line: _Line, start: int, edges: Edges) -> bool:
    if edges == "none" or start == 0:
        return True
    return _is_edge(line.read[start - 1], edges) or (line.gaps[start] and _in_words(line, start - 1))


def _free_right(line: _Line, end: int, edges: Edges) -> bool:
    if edges == "none" or end == len(line.read):
        return True
    return _is_edge(line.read[end], edges) or (line.gaps[end] and _in_words(line, end))


def _is_edge(sign: str, edges: Edges) -> bool:
    return bool(_LINE_EDGE.match(sign)) or (edges == "clause" and bool(_CLAUSE_EDGE.match(sign)))


def _in_words(line: _Line, at: int) -> bool:
    """Whether the character stands close to another: a gap beside letters set apart one by one says nothing."""
    return not line.gaps[at] or (at + 1 < len(line.read) and not line.gaps[at + 1])


def _sentence(read: str, start: int, end: int) -> str:
    first = max(read.rfind(sign, 0, start) for sign in _SENTENCE_ENDS) + 1
    ends = [at for sign in _SENTENCE_ENDS if (at := read.find(sign, end)) != -1]
    return read[first : min(ends, default=len(read))]
