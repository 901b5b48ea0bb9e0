"""Pages in every encoding that Chinese sites use, announced rightly, wrongly or not at all."""

from __future__ import annotations

from dataclasses import dataclass

NOTICE = "关于调整小区停车收费标准的通知，大家怎么看？业主普遍认为涨价太快，希望物业公开账目。"
SHORT = "停水三天"
NAME = "廖鑫淼"
POLITE = "谢谢您的答复，问题已经解决。"
TRADITIONAL = "關於調整社區停車收費標準的通知，大家怎麼看？住戶普遍認為漲價太快，希望管理公司公開帳目。"
CANTONESE = "呢條街日日都塞車，啲巴士成日遲到，係咪應該加密班次呀？居民話等咗半個鐘都冇車。"
RARE = "朱镕基㐀㑇㘎视察𠮷祥里小区，居民反映楼道漏水多年没有人修理。"
SYMBOLS = "水费——每吨2.85元①②③，“阶梯水价”℃±×÷≥≤《办法》〔2026〕11号　请知悉……"
MIXED = "Cruise Terminal 恢复通关 Notice: 旅客请携带 Passport，咨询 WeChat 小程序。"
ENGLISH = "The road will be closed from March 6 for repairs."
WESTERN = "Café Müller – naïve façade, 50 € für Ärger"
JAPANESE = "駐車場の料金が上がりました。住民は困っています。"
KOREAN = "주차 요금이 올랐습니다. 주민들은 불편을 호소하고 있습니다."


@dataclass(frozen=True, slots=True)
class Case:
    """A page that says `text`: how it is encoded, and what header and meta element say of it."""

    name: str
    text: str
    body: bytes
    header: str


def page(text: str, meta: str | None = None) -> str:
    """A small page with what surrounds texts in it."""
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={meta}">' if meta else ""
    return (
        f"<html><head>{head}<title>{text[:8]}</title></head><body><div class=nav>Home</div><p>{text}</p></body></html>"
    )


def _case(name: str, text: str, encoding: str, header: str | None = None, meta: str | None = None) -> Case:
    said = "text/html" if header is None else f"text/html; charset={header}"
    return Case(f"{name} in {encoding}, header {header}, meta {meta}", text, page(text, meta).encode(encoding), said)


def _cases() -> list[Case]:
    cases = [
        # Announced rightly
        _case("notice", NOTICE, "utf-8", "utf-8", "utf-8"),
        _case("notice", NOTICE, "gbk", "gbk", "gbk"),
        _case("notice", NOTICE, "gb2312", "gb2312", "gb2312"),
        _case("traditional", TRADITIONAL, "big5", "big5", "big5"),
        _case("notice", NOTICE, "utf-16", "utf-16"),
        _case("notice", NOTICE, "hz", "hz-gb-2312"),
        # Announced by one of the two alone
        _case("notice", NOTICE, "gbk", "gbk"),
        _case("notice", NOTICE, "gbk", None, "gb2312"),
        _case("traditional", TRADITIONAL, "big5", None, "big5"),
        # Not announced
        *(
            _case("notice", NOTICE, encoding)
            for encoding in ("utf-8", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
        ),
        _case("traditional", TRADITIONAL, "big5"),
        _case("traditional", TRADITIONAL, "utf-8"),
        _case("traditional", TRADITIONAL, "gbk"),
        _case("notice", NOTICE, "utf-32"),
        # Header, meta and bytes at odds
        _case("notice", NOTICE, "gbk", "utf-8"),
        _case("notice", NOTICE, "gbk", "utf-8", "utf-8"),
        _case("notice", NOTICE, "gbk", "utf-8", "gbk"),
        _case("notice", NOTICE, "gbk", "iso-8859-1"),
        _case("notice", NOTICE, "gbk", "iso-8859-1", "gb2312"),
        _case("notice", NOTICE, "gbk", "windows-1252"),
        _case("notice", NOTICE, "gbk", "big5"),
        _case("notice", NOTICE, "gbk", "no-such-thing"),
        _case("notice", NOTICE, "utf-8", "gbk"),
        _case("notice", NOTICE, "utf-8", "gb2312", "gb2312"),
        _case("notice", NOTICE, "utf-8", "iso-8859-1"),
        _case("notice", NOTICE, "utf-8", "big5", "gbk"),
        _case("traditional", TRADITIONAL, "big5", "utf-8"),
        _case("traditional", TRADITIONAL, "big5", "gbk", "gb2312"),
        _case("traditional", TRADITIONAL, "big5", "iso-8859-1"),
        _case("traditional", TRADITIONAL, "gbk", "big5"),
        _case("notice", NOTICE, "utf-16-le", "utf-8", "utf-8"),
        _case("notice", NOTICE, "utf-16-be", "gbk"),
        # Characters beyond the everyday ones
        _case("rare", RARE, "gb18030", "gb2312", "gb2312"),
        _case("rare", RARE, "gb18030"),
        _case("rare", RARE, "utf-8", "gbk"),
        _case("symbols", SYMBOLS, "gb18030", "gb2312"),
        _case("symbols", SYMBOLS, "gb18030", "utf-8"),
        _case("Cantonese", CANTONESE, "big5hkscs", "big5"),
        _case("Cantonese", CANTONESE, "big5hkscs", "big5-hkscs", "big5-hkscs"),
        _case("Cantonese", CANTONESE, "big5hkscs"),
        _case("Cantonese", CANTONESE, "utf-8", "big5"),
        # Few characters
        _case("short", SHORT, "gbk", "gbk"),
        _case("short", SHORT, "gbk"),
        _case("short", SHORT, "gbk", "utf-8", "utf-8"),
        _case("short", SHORT, "gbk", "iso-8859-1"),
        _case("short", SHORT, "utf-8"),
        _case("short", SHORT, "utf-8", "gbk", "gbk"),
        _case("polite", POLITE, "gbk", "windows-1252"),
        _case("polite", POLITE, "gb18030", "big5"),
        _case("name", NAME, "gbk", "gbk"),
        _case("name", NAME, "gbk"),
        _case("name", NAME, "gbk", "iso-8859-1"),
        _case("name", NAME, "gbk", "x-gbk"),
        # Other languages
        _case("mixed", MIXED, "gbk", "utf-8"),
        _case("mixed", MIXED, "utf-8", "gbk"),
        _case("English", ENGLISH, "utf-8", "gbk", "gbk"),
        _case("English", ENGLISH, "utf-16-le"),
        _case("Western", WESTERN, "windows-1252", "windows-1252"),
        _case("Western", WESTERN, "windows-1252", "iso-8859-1"),
        _case("Western", WESTERN, "utf-8", "iso-8859-1"),
        _case("Japanese", JAPANESE, "shift_jis", "shift_jis"),
        _case("Japanese", JAPANESE, "euc_jp", None, "euc-jp"),
        _case("Korean", KOREAN, "euc_kr", "euc-kr"),
    ]
    xml = f'<?xml version="1.0" encoding="{{}}"?><rss><channel><title>{NOTICE}</title></channel></rss>'
    cases += [
        Case("XML that says gb2312", NOTICE, xml.format("gb2312").encode("gbk"), "text/xml"),
        Case("XML in GBK that says UTF-8", NOTICE, xml.format("utf-8").encode("gbk"), "application/rss+xml"),
        Case("XML in UTF-8 that says gb2312", NOTICE, xml.format("gb2312").encode(), "text/xml; charset=gb2312"),
        Case("bare text in GBK", NOTICE, NOTICE.encode("gbk"), "text/plain"),
        Case("JSON in GBK", NOTICE, f'{{"text": "{NOTICE}"}}'.encode("gbk"), "application/json; charset=utf-8"),
        Case(
            "UTF-8 with a mark, called gbk", NOTICE, b"\xef\xbb\xbf" + page(NOTICE).encode(), "text/html; charset=gbk"
        ),
        Case("meta far down", NOTICE, ("<!-- " + "x" * 3000 + " -->" + page(NOTICE, "gbk")).encode("gbk"), "text/html"),
        Case(
            "mostly markup", SHORT, ("<div class='a'></div>" * 400 + page(SHORT, "gb2312")).encode("gbk"), "text/html"
        ),
        Case(
            "much script before",
            NOTICE,
            (f"<script>{'var a=1;' * 3000}</script>" + page(NOTICE)).encode("gbk"),
            "text/html",
        ),
    ]
    return cases


CASES = _cases()

DAMAGED = [
    # What is said, its bytes, the header, and the words that must have come through.
    ("one byte of UTF-8 lost", NOTICE.encode()[:30] + NOTICE.encode()[31:], "text/html; charset=utf-8", "业主普遍认为"),
    ("one byte of UTF-8 changed", NOTICE.encode()[:30] + b"\xff" + NOTICE.encode()[31:], "text/html", "业主普遍认为"),
    (
        "one byte of UTF-8 changed, called gbk",
        page(NOTICE).encode().replace("账".encode(), b"\xe8\xb4", 1),
        "text/html; charset=gbk",
        "业主普遍认为",
    ),
    (
        "a GBK advertisement in a UTF-8 page",
        page(NOTICE).encode().replace(b"Home", "首页".encode("gbk")),
        "text/html; charset=utf-8",
        "业主普遍认为",
    ),
    (
        "a UTF-8 comment in a GBK page",
        page(NOTICE).encode("gbk").replace(b"Home", "首页".encode()),
        "text/html; charset=gbk",
        "业主普遍认为",
    ),
    (
        "one byte of GBK changed",
        page(NOTICE).encode("gbk").replace("账".encode("gbk"), b"\xff\xd5", 1),
        "text/html; charset=gbk",
        "业主普遍认为",
    ),
    (
        "one byte of GBK changed, not announced",
        page(NOTICE).encode("gbk").replace("账".encode("gbk"), b"\xff\xd5", 1),
        "text/html",
        "业主普遍认为",
    ),
    ("UTF-8 cut off", page(NOTICE).encode()[:-25][: -len("</p></body>") // 2], "text/html", "业主普遍认为"),
    ("GBK cut off", page(NOTICE).encode("gbk")[:110], "text/html; charset=gbk", "停车收费标准"),
    ("UTF-16 cut off", page(NOTICE).encode("utf-16")[:-31], "text/html", "业主普遍认为"),
]
