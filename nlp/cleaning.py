"""Turns what a page or file holds into readable plain text, and readable text into the form that is analysed."""

from __future__ import annotations

import html
import re
import unicodedata

from nlp.signals import with_emoji
from nlp.simplified import simplified

MAX_CHARACTERS = 200_000
"""Longer texts are cut here and flagged: no post that people must answer is longer."""

_PASSES = 8
_DROPPED = re.compile(r"<(script|style|template|noscript)\b[^>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_BREAK = re.compile(r"<\s*/?(?:br|p|div|li|tr|h[1-6]|section|article|ul|ol|table)\b[^<>]*>", re.I)
# A quotation must stay one to the reader, and to own_words, when its markup goes.
_QUOTE_OPENS, _QUOTE_CLOSES = re.compile(r"<\s*blockquote\b[^<>]*>", re.I), re.compile(r"<\s*/\s*blockquote\s*>", re.I)
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*|![a-zA-Z\[][^<>]*|\?[^<>]*)>")
_ENTITY_CHAIN = re.compile(r"&(?:amp;)+", re.I)
_INVISIBLE_ONES = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_ONES}]")
_JOINER = re.compile(
    "(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ODD_BLANKS = "\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANKS = re.compile(f"[ {_ODD_BLANKS}]+")
_NEWLINES = re.compile(r"(?:\r\n|[\r\n\x85\u2028\u2029])")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")
_UNCLEAN = re.compile(f"[<&\ud800-\udfff\u200d\r\x85\u2028\u2029{_INVISIBLE_ONES}{_ODD_BLANKS}]")
_UNCLEAN_BLANKS = ("  ", " \n", "\n ", "\n\n")


def cleaned(text: str) -> str:
    """Readable text: no markup, script, entity, invisible or control character; line breaks and emoji stay.

    Cleaning twice gives the same as cleaning once.
    """
    if _UNCLEAN.search(text) is None and not (
        (" " in text or "\n" in text) and any(blanks in text for blanks in _UNCLEAN_BLANKS)
    ):
        return text.strip()
    text = _SURROGATE.sub("\ufffd", text)
    for _ in range(_PASSES):
        before = text
        text = _one_pass(text)
        if text == before:
            return text
    # Markup nested on purpose: make what is left harmless instead of peeling it for ever.
    return _one_pass(text.replace("<", "〈").replace("&", "＆"))


def _one_pass(text: str) -> str:
    if "<" in text:
        text = _QUOTE_CLOSES.sub("[/quote]\n", _QUOTE_OPENS.sub("\n[quote]", _DROPPED.sub(" ", text)))
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = _SURROGATE.sub("\ufffd", html.unescape(_ENTITY_CHAIN.sub("&", text)))
    text = _NEWLINES.sub("\n", text)
    text = _JOINER.sub("", _INVISIBLE.sub("", text))
    return _BLANK_LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


_REPOST = re.compile(
    r"(?://|\|\||‖)\s*@[^:：/]{0,40}[:：]|(?<![A-Za-z])(?:RT|转自|转发自)\s*@[^:：/\s]{0,40}[:：\s]", re.I
)
_MENTION = re.compile(r"@(?:〔用户〕|[^\s@,，。:：!！?？…、;；()（）〔〕/\"“”<>《》#]{1,20})")
_WEB = re.compile(r"https?://[^\s<>\"，。！？；、（）《》“”]+|〔链接〕", re.I)
_EMPTY_OWN_WORDS = re.compile(
    r"\W*+(?:轉發微博|转发微博|转发了?|轉發|repost|转|rt|分享图片|分享视频|快转|扩散|帮转|如题|同上)?\W*", re.I
)
_REPEATED = re.compile(r"(.)\1{3,}", re.S)
# What a quotation cannot do without.
_QUOTING = re.compile(
    r"[/|‖>＞「引原楼回转发Rr\[](?:(?<=[‖>＞「])|(?<=/)/|(?<=\|)\||(?<=引)用|(?<=原)[帖文]|(?<=楼)主|(?<=回)[复復覆]|(?<=转)[自发]|(?<=发)表于|(?<=[Rr])[Tt]\s*@|(?<=\[)/?quote)",
    re.I,
)
_QUOTE = re.compile(r"\[quote[^\]\n]{0,120}\](?:(?!\[/?quote).)*+\[/quote\]", re.I | re.S)
_QUOTE_TAG = re.compile(r"\[/?quote[^\]\n]{0,120}\]", re.I)
_NESTED = 8
# WeChat: 「甲：原话」, a line of dashes, the answer. News sites: 「原话」—— the answer.
_CHAT_QUOTE = re.compile(r"^「[^」]{1,2000}」\s*(?:(?:- ?){3,}|[—－_=]{2,}|\n)\s*", re.M)
_QUOTED_LINE = re.compile(
    r"^(?:[>＞][^\n]*|(?:引用|原帖|原文|楼主(?:原话)?)(?:\s?@?[^:：\n]{0,30}的?(?:发言|评论|帖子|回复|话))?\s?[:：][^\n]*|[^\n]{1,40}发表于\s?\d{4}-\d[^\n]*)$",
    re.M,
)
_QUOTED_START = re.compile(
    r"^(?:[>＞]+ ?|(?:引用|原帖|原文|楼主(?:原话)?)[^:：\n]{0,36}[:：]|[^\n]{1,40}发表于\s?\d{4}-\d[^\n]*)", re.M
)
_REPLY_TO = re.compile(
    r"^[\[【(（]?回[复復覆]\s?(?:第?\s?\d{1,5}\s?[楼樓#](?!上)的?\s?(?:\s?@?[^:：\s\n]{1,20}(?=\s?[:：]))?|@[^:：\s\n]{1,24}|[^:：\s，。！？\n]{1,16}(?=\s?[:：]))\s?[\]】)）]?\s?[:：]?\s?",
    re.M,
)


def own_words(text: str) -> str:
    """What the poster says, without what is quoted of others; the quoted text where that is nothing."""
    if _QUOTING.search(text) is None:
        return text
    own = text
    for _ in range(_NESTED if "[" in text else 0):
        before, own = own, _QUOTE.sub("\n", own)
        if own == before:
            break
    own = _REPLY_TO.sub("", _QUOTED_LINE.sub("", _CHAT_QUOTE.sub("", own)))
    first = _REPOST.search(own)
    if first is not None:
        own = own[: first.start()]
    if _EMPTY_OWN_WORDS.fullmatch(own):
        return _quoted(text).strip() or text
    return own.strip() if own != text else text


def _quoted(text: str) -> str:
    """The text of a repost without own words: all of it but the marks of quoting."""
    first = _REPOST.search(text)
    if first is not None and _EMPTY_OWN_WORDS.fullmatch(text[: first.start()]):
        text = text[first.end() :]
    text = _REPOST.sub(" ", _QUOTE_TAG.sub(" ", text))
    return _REPLY_TO.sub("", _QUOTED_START.sub("", text))


def analysed(title: str | None, text: str) -> str:
    """Title and own words in the form that the models read.

    Simplified characters, full-width forms folded, lower case, faces as emoji, no link, no @name.
    """
    joined = own_words(text) if not title or title in text else f"{title}。{own_words(text)}"
    return _REPEATED.sub(r"\1\1\1", _folded(with_emoji(_unlinked(joined, " "))).lower()).strip()


def bare(title: str | None, text: str) -> str:
    """Letters, digits and 汉字 alone, without repost prefixes, @names and links: what near-duplicates are compared on."""
    joined = text if not title or title in text else f"{title}\n{text}"
    kept = _unlinked(_REPOST.sub("", joined) if "//" in joined else joined, "")
    return _NEITHER_LETTER_NOR_DIGIT.sub("", _folded(kept).lower())


def _unlinked(text: str, instead: str) -> str:
    """The text with `instead` for every @name and every link."""
    if "@" in text:
        text = _MENTION.sub(instead, text)
    if "://" in text or "〔链接〕" in text:
        text = _WEB.sub(instead, text)
    return text


_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_USUAL_FORMS = tuple(zip("，！？：；（）", ",!?:;()", strict=True))


def _folded(text: str) -> str:
    """Unicode's NFKC in simplified characters. Signs that stand in most texts are folded first: what is left is mostly in that form already."""
    for wide, narrow in _USUAL_FORMS:
        text = text.replace(wide, narrow)
    return simplified(unicodedata.normalize("NFKC", text))
