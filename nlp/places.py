"""Knows the home district from the watched records, and notices when a post speaks of another one."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add

import numpy as np
from numpy.typing import NDArray

from nlp.dictionary import NOTHING, Dictionary, Kind
from nlp.tokens import is_common_word
from records.disclosures import Disclosure

_KEPT = 2000
_MARKS, _MULTIPLIER = np.uint32(1 << 16), np.uint32(40503)
_TITLE_HOME = re.compile(r"^(?:关于|中共)?(?:在|对)?([一-龥]{2,3}?)(?:自治县|区|县|市|旗)")
_NUMBER_HOME = re.compile(r"^([一-龥]{2})[一-龥]+[〔\[（(]\d{4}")
_SUFFIXED = re.compile(r"([一-龥]{2})(?:自治县|区|县|市|省|(?<![锦国红党升团队会军])旗)")
_SUFFIX = re.compile("[区县市省旗]")
_ZONE = re.compile(r"高新区|经开区|开发区|新区|滨海区|自贸区")
_FUNCTION = frozenset(
    "我们你他她它您咱的是在个这那各全本该哪谁啥了着过有不没就都也还又很太最更吗呢吧啊一二三四五六七八九十两几每某同和与或及等为从到向把被让给对于由按将会能要可应须想说看听去来回上下里外中内间前后左右"
    "老旧小大学片社园景校院厂辖郊牧灾战禁特市县区省乡镇村街道路号多少好坏真假人家事时候年月日天今明昨早晚去所以因但如果若虽然而且并只才再已正当跟比像叫做用住进出开关收发买卖吃喝走跑站坐问答请谢求找帮快慢住停守送靠驻抄邻赶往别离系得边咨询表扬反映居原"
    "夜早超菜集股楼景罐库矿片林湖站营病疫工镇限专军误"
)
_NAMED_BY_USE = re.compile(
    r"(?<![一-龥])(?:听说|据说|网传|问下|问问|问一下|请问|今天|昨天|今年|我们|看|说|在|去|是|搬到|羡慕|隔壁|邻居|据|刚看到|发现|原来|人家|转)?"
    r"([一-龥]{2})(?:那边|那儿|那头|那里|这边|这儿|的朋友|的网友|的老乡|的同学|朋友|网友|人民医院|实验小学|[一二三四五六七八九]小|[一二三四五六]中(?!心)|住建|城管|教育局|教体|公安|交警|县城|开发区|政府|供热|公交|医院)"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one text alone says of other districts: whether it speaks of one, and the name that it gives with its rank."""

    elsewhere: bool
    name: str | None = None


_NOWHERE, _ELSEWHERE = Heard(False), Heard(True)
"""Most texts share these: many of them take little room on their way to another process."""


class Places:
    """The home district's names, from the records."""

    def __init__(self, records: Iterable[Disclosure] = (), dictionary: Dictionary = NOTHING) -> None:
        rows = list(records)
        listed = dictionary.names(Kind.PLACE, Kind.UNIT, Kind.PROJECT)
        others = dictionary.names(Kind.ELSEWHERE)
        self._others = (
            re.compile("|".join(map(re.escape, sorted(others, key=lambda n: (-len(n), n))))) if others else None
        )
        self._home_text = "\n".join(
            (
                *(f"{r.title} {r.doc_number or ''} {r.unit} {r.body} {' '.join(r.watch_terms)}" for r in rows),
                *sorted(listed),
            )
        )
        # Names have two characters each.
        self._home_pairs = frozenset(map(add, self._home_text, self._home_text[1:]))
        found = [m[1] for r in rows if (m := _TITLE_HOME.match(r.title))]
        found += [m[1] for r in rows if r.doc_number and (m := _NUMBER_HOME.match(r.doc_number))]
        openings = [f"{r.title}\n{r.doc_number or ''}\n{r.unit}" for r in rows]
        # A name that stands in a third of the records is the district; one that stands in a single title is chance.
        self.home = frozenset(n for n in set(found) if sum(n in opening for opening in openings) * 3 >= len(rows))
        self._negated = (
            re.compile("(?:不是|非|不在)(?:" + "|".join(map(re.escape, sorted(self.home))) + ")") if self.home else None
        )

    def heard(self, text: str) -> Heard:
        """Whether the text, for itself, speaks of another district."""
        if self._others is not None and self._others.search(text):
            return _ELSEWHERE
        for found in _SUFFIXED.finditer(text) if _SUFFIX.search(text) else ():
            if self._is_other(found[1]):
                return Heard(True, found[1])
        if any(self._is_other(found[1]) for found in _NAMED_BY_USE.finditer(text)):
            return _ELSEWHERE
        zone = _ZONE.search(text)
        return _NOWHERE if zone is None or zone[0] in self._home_text else _ELSEWHERE

    def mentions_home(self, text: str) -> bool:
        """Whether the home district is named."""
        return any(name in text for name in self.home)

    def denies_home(self, text: str) -> bool:
        """Whether the text says that it is not about the home district."""
        return self._negated is not None and self._negated.search(text) is not None

    def _is_other(self, name: str) -> bool:
        return not (_FUNCTION & set(name)) and name not in self._home_pairs and not is_common_word(name)


class Districts:
    """Other districts by the names that posts gave them, the newest 2,000 kept: known again without their rank."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()
        # Whether a name may be known, by its mark. Those of forgotten names stay: they cost a look, no more.
        self._marked = np.zeros(_MARKS, dtype=bool)

    def elsewhere(self, text: str, heard: Heard) -> bool:
        """Whether the text speaks of another district, as it says itself or as earlier texts let know. Learns its name."""
        if heard.name is not None:
            self._learn(heard.name)
        return heard.elsewhere or self._known(text)

    def suspects(self, texts: Sequence[str], heard: Iterable[Heard]) -> set[int]:
        """Which of these texts, that come next, may speak of another district: no other has to be asked of."""
        found = set()
        for n, each in enumerate(heard):
            if each.elsewhere:
                found.add(n)
            if each.name is not None:
                self._marked[_marks(each.name)] = True
        # A pair of the last character of a text and the first one of the next makes a suspect too many.
        at = np.flatnonzero(self._marked[_marks("".join(texts))])
        ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
        found.update(np.searchsorted(ends, at, side="right").tolist())
        return found

    def _known(self, text: str) -> bool:
        return bool(self._names) and not self._names.keys().isdisjoint(map(add, text, text[1:]))

    def _learn(self, name: str) -> None:
        self._names[name] = None
        self._names.move_to_end(name)
        while len(self._names) > _KEPT:
            self._names.popitem(last=False)


def _marks(text: str) -> NDArray[np.uint32]:
    """A mark for each two characters that follow one another."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.asarray((codes[:-1] * _MULTIPLIER + codes[1:]) % _MARKS)
