"""Gives a text in the order and the letters in which it is seen: signs that turn its direction are followed, radicals that
stand for a letter (as texts copied out of a PDF have them) are read as that letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_TURNED = "\u202e"
"""From here on the signs are shown from the right to the left, whatever they are."""

_EMBEDS, _POP = frozenset({"\u202a", "\u202b", "\u202d", _TURNED}), "\u202c"
_ISOLATES, _POP_ISOLATE = frozenset("\u2066\u2067\u2068"), "\u2069"
"""What begins a direction of its own, and what ends it; letters of Chinese run from the left to the right in all but the one."""

_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2029")
"""The end of a paragraph ends every direction."""

_Pieces = list[list[tuple[int, str]]]

_RADICALS = str.maketrans(
    "⺁⺄⺆⺇⺈⺊⺌⺍⺎⺒⺓⺗⺜⺝⺞⺠⺧⺩⺪⺫⺬⺮⺶⺷⺸⺹⺻⺼⺽⻁⻃⻄⻅⻆⻇⻉⻊⻋⻑⻒⻓⻔⻗⻘⻙⻚⻛⻜⻝⻞⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲靑黃戶",
    "厂乙冂几刀卜小小兀巳幺心日月歺民牛王疋目示竹羊羊羊老聿月臼虎西西见角角贝足车长长长门雨青韦页风飞食食马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟青黄户",
)


@lru_cache(maxsize=20_000)
def plain_letter(sign: str) -> str:
    """One sign as the plain letters that it looks like: width, circles and the like are gone, a radical is its letter."""
    return unicodedata.normalize("NFKC", sign.translate(_RADICALS)).translate(_RADICALS)


def readings(text: str) -> Sequence[Sequence[tuple[int, str]]]:
    """The signs of a text, each with the place where it stands: as they are stored, which is how machines read them, and
    where something turns their direction also in the order in which a person sees them."""
    stored = list(enumerate(text))
    return [stored] if _TURNED not in text else [stored, list(_paragraphs(text))]


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for at, sign in enumerate(text):
        if sign in _ENDS:
            yield from _run(text, start, at)
            yield at, sign
            start = at + 1
    yield from _run(text, start, len(text))


def _run(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """One paragraph: what a sign opens is put together by itself, and then stands in its surroundings as one piece."""
    opened: list[tuple[str, _Pieces]] = [("", [])]
    for at in range(start, end):
        sign = text[at]
        if sign in _EMBEDS or sign in _ISOLATES:
            opened.append((sign, []))
        elif sign == _POP:
            if opened[-1][0] in _EMBEDS:
                _close(opened)
        elif sign == _POP_ISOLATE:
            if any(one in _ISOLATES for one, _ in opened):
                while opened[-1][0] not in _ISOLATES:
                    _close(opened)
                _close(opened)
        else:
            opened[-1][1].append([(at, sign)])
    while len(opened) > 1:
        _close(opened)
    return [one for piece in opened[0][1] for one in piece]


def _close(opened: list[tuple[str, _Pieces]]) -> None:
    sign, pieces = opened.pop()
    ordered = pieces[::-1] if sign == _TURNED else pieces
    opened[-1][1].append([one for piece in ordered for one in piece])
