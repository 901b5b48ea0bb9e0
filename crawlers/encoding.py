"""Turns the bytes of a page into text where header, page and bytes do not agree on the encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

BROKEN = "broken_encoding"
"""Flag: some bytes fit no encoding; U+FFFD stands for them."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})["']""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD = 4096
_WESTERN = "cp1252"
_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "euc_cn", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("iso8859_1", "ascii"), _WESTERN),
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
"""What sites write beyond the encoding that they name, by the name of Python's codec."""
_CHINESE_CANDIDATES = ("gb18030", "big5hkscs")
_UNPAIRED = re.compile(rb"(?<![\xa1-\xfe])(?:[\xa1-\xfe]{2})*[\xa1-\xfe](?![\xa1-\xfe])|[\x80-\xa0]")
_SENSE = 0.2
"""Share of everyday characters from which on a reading is Chinese; readings in a wrong encoding stay far below."""
_BY_CHANCE = 4
"""Characters beyond ASCII from which on bytes are not valid UTF-8 by chance."""
_CHARACTER = re.compile("[一-鿿]")
_EVERYDAY = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法"
    "学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业"
    "外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声"
    "提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金"
    "指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格"
    "這個們來為說時會對過發後從經麼學現當沒動還進樣開實軍無長機與國關點將兩間問體見產讓請車區網縣鎮報處應該"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, the encoding it was read in, and BROKEN where some bytes fit no encoding."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def decoded(body: bytes, content_type: str = "") -> Decoded:
    """The text of a page whose Content-Type header is `content_type`. NUL characters are left out."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _read(body[len(mark) :], encoding)
    wide = _wide(body)
    if wide:
        return _read(body, wide)
    named = [name for name in _named(body, content_type) if name]
    if "hz" in named and b"~{" in body:
        return _read(body, "hz")
    utf8 = _as_utf8(body)
    # Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever is said of them, unless they make no Chinese and
    # something else is said: 停水 in GBK is also two odd letters in UTF-8.
    if utf8 and (utf8.text.isascii() or _everyday(utf8.text) or not named or "utf-8" in named):
        return utf8
    candidates = list(dict.fromkeys([*(name for name in named if name != "utf-8"), *_CHINESE_CANDIDATES]))
    return _by_sense(body, candidates, utf8) or _least_broken(body, candidates)


def _by_sense(body: bytes, candidates: list[str], utf8: Decoded | None) -> Decoded | None:
    """The reading without a fault that makes most sense: Chinese of everyday characters, else what is announced."""
    sound = {read.encoding: read for read in (_strict(body, name) for name in candidates) if read is not None}
    chinese = [sound[name] for name in candidates if name in _CHINESE_CANDIDATES and name in sound]
    best = max(chinese, key=lambda read: _everyday(read.text), default=None)
    if best is not None and _everyday(best.text) >= _SENSE:
        return best
    if utf8 and sum(not character.isascii() for character in utf8.text) >= _BY_CHANCE:
        return utf8
    # Servers announce a Western encoding without knowing; bytes beyond ASCII that come in pairs are Chinese.
    announced = (sound[name] for name in candidates if name in sound)
    in_pairs = best is not None and not _UNPAIRED.search(body)
    return next((read for read in announced if not (in_pairs and read.encoding == _WESTERN)), best)


def _as_utf8(body: bytes) -> Decoded | None:
    try:
        return Decoded(_without_nul(body.decode("utf-8")), "utf-8")
    except UnicodeDecodeError as error:
        # A page cut off inside its last character is whole up to there.
        return _read(body, "utf-8") if error.start >= len(body) - 3 else None


def _named(body: bytes, content_type: str) -> list[str | None]:
    head = body[:_HEAD]
    header = _HEADER.search(content_type)
    names = [header[1] if header else None]
    names += [found[1].decode("ascii") for found in (_XML.search(head), _META.search(head)) if found]
    return [_known(name) for name in names]


def _known(name: str | None) -> str | None:
    for spelling in (name, (name or "").lower().removeprefix("x-")):
        try:
            codec = codecs.lookup(spelling).name if spelling else None
        except LookupError:
            continue
        if codec is not None:
            return _WIDER.get(codec.replace("-", "_"), codec)
    return None


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: the first two characters are markup, each with a NUL byte beside it."""
    if len(body) < 4:
        return None
    if body[:2] == b"<\0" and body[3] == 0:
        return "utf-16-le"
    return "utf-16-be" if body[:2] == b"\0<" and body[2] == 0 else None


def _read(body: bytes, encoding: str) -> Decoded:
    text = _without_nul(body.decode(encoding, errors="replace"))
    return Decoded(text, encoding, (BROKEN,) if "\ufffd" in text else ())


def _strict(body: bytes, encoding: str) -> Decoded | None:
    try:
        text = body.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None
    return Decoded(_without_nul(text), encoding)


def _least_broken(body: bytes, candidates: list[str]) -> Decoded:
    return min(
        (_read(body, encoding) for encoding in ["utf-8", *candidates]),
        key=lambda read: read.text.count("\ufffd") - _everyday(read.text) * len(read.text) / 100,
    )


def _everyday(text: str) -> float:
    """Share of everyday characters among the Chinese ones: high where the encoding is right, near 0 where it is not."""
    chinese = _CHARACTER.findall(text[:200_000])
    if not chinese:
        return 0.0
    return round(sum(character in _EVERYDAY for character in chinese) / len(chinese), 2)


def _without_nul(text: str) -> str:
    return text.replace("\0", "")
