"""Reads digits that belong together as one run of groups, however they are written, and the word that names their kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPOKEN = "零〇一二三四五六七八九幺么壹贰叁肆伍陆柒捌玖"
_LETTERS = "oOlIi"
_TEENS = "⑬⑭⑮⑯⑰⑱⑲"
_READ = str.maketrans(_SPOKEN + _LETTERS, "00123456789" + "11" + "123456789" + "00111") | {
    ord(sign): str(13 + i) for i, sign in enumerate(_TEENS)
}
SOFT = frozenset(" -")
# Between groups: signs that numbers are torn apart with, and what is said while one is told.
_WORDS = r"(?:横?杠|横|空格?|点|嗯|呃|额|啊|哦|那个|然后是?|接着是?|再|(?:后面|最后|中间|末尾|后)(?:[三四]位)?是?|是)"
_SAID = rf"[,，、 ]{{0,2}}{_WORDS}[,，、 ]{{0,2}}"
_GAP = rf"(?:[^\w一-龥<>=%℃×〔〕]{{1,4}}|_|丨|{_SAID}|[a-zA-Z])"
_DIGIT = rf"(?:[0-9{_SPOKEN}{_TEENS}]|[{_LETTERS}](?=[0-9oOlI])|(?<=[0-9oOlI])[{_LETTERS}](?![a-zA-Z]))"
_RUN = re.compile(rf"{_DIGIT}(?:{_GAP}?{_DIGIT})+")
_GROUP = re.compile(rf"{_WORDS}|(?P<digits>[0-9{_LETTERS}{_TEENS}]+|[{_SPOKEN}]+)")

# Words that go on after a spoken number with one of its digits: 一直.
_NOT_A_DIGIT = re.compile("一(?:直|下|个|次|些|样|定|起|家|会|共|天|年|般|点|打|接|通)")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without a gap: where they stand and what they read."""

    start: int
    end: int
    digits: str
    spoken: bool
    lettered: int
    gap: str


def digit_runs(text: str) -> Iterator[list[Group]]:
    """The groups of each run of five characters or more."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() > 4:
            yield _groups(text, *run.span())


def _groups(text: str, start: int, end: int) -> list[Group]:
    groups: list[Group] = []
    at = start
    for found in _GROUP.finditer(text, start, end):
        if found["digits"] is None:
            continue
        a, b = found.span()
        spoken = text[a] in _SPOKEN
        if spoken and b - a > 1 and _NOT_A_DIGIT.match(text, b - 1):
            b -= 1
        digits = text[a:b].translate(_READ)
        lettered = 0 if spoken else sum(c in _LETTERS for c in text[a:b])
        groups.append(Group(a, b, digits, spoken, lettered, text[at:a]))
        at = b
    return groups


_MOST = 40
"""More digits apart from each other are no number that anybody tells."""


def endless(groups: list[Group], at: int) -> int:
    """Where a stretch of single digits ends that is longer than any number; 0 where none begins."""
    if len(groups) - at <= _MOST or any(len(group.digits) > 1 for group in groups[at : at + _MOST]):
        return 0
    return next((i for i in range(at + _MOST, len(groups)) if len(groups[i].digits) > 1), len(groups))


def gaps_of(window: tuple[Group, ...]) -> frozenset[str]:
    return frozenset("".join(group.gap for group in window[1:]))


# The nearest of these before a run tells what number it is.
_LABEL = re.compile(
    r"(?P<other>编号|索引|单号|工单|订单|案号|文号|字第|合同|协议|发票|票号|流水|批[号次]|标准|型号|条码|运单|快递|车架|发动机|许可|执照|邮编|邮政编码|学号|工号"
    r"|住院|门诊|病案|产权|不动产|参考|回执|受理|登记|户号|表号|客户号|用户号|序列|档案|证书|注册|备案|税号|社会信用|代码|国标|监督|罚单|决定书|预约|排队"
    r"|(?:房产|准考|残疾|合格|资格|结婚|离婚|出生|驾驶|行驶|退休|社保|医保|通行|健康|死亡|医学|预售|许可)证|金额|价格|单价|预算|面积|资金|编码|物料|no)"
    r"|(?P<id>身份证|公民身份|身份号|证件|(?<![一-龥])证号|sfz|(?<![a-z])id(?![a-z])|户口本|老证)"
    r"|(?P<bank>银行|卡号|[账帐][号户]|[农工建中招交]行|商行|邮储|信用社|储蓄|存折|[工资社保借记信用医]卡|[打转汇存][到进给入]|转[账帐]|[收打汇付退存]款|开户|一卡通|(?<![一-龥])卡|(?<=[我他她])卡)"
    r"|(?P<wechat>[微薇威徽维v] ?信|vx|wx|wechat|weixin|(?<![a-z])[v薇](?=[:： ]|$))"
    r"|(?P<phone>电话|座机|固话|手机|小灵通|tel|phone|传真|致电|拨打?|热线|[家宅]电|电联|来电|call|☎|📞|📱|区号|本机)"
    r"|(?P<qq>(?:q[ .-]?q|[扣抠叩蔻球秋丘]{2}|企鹅|腾讯号?|oicq|🐧|(?<![a-z0-9])q|[加+➕]我?q)(?:群聊?)?|[加进入]群聊?|业主群|[一-龥]?群聊?号码?|qq群|(?:(?<![一-龥])|(?<=[个的新旧大二本]))群|(?:(?<![一-龥])|(?<=[加我]))扣)"
    r"|(?P<dial>(?<![\d票证件])号码?|打[了过]?|联系(?:方式)?|咨询|[加搜])",
    re.I,
)
_NEAR, _LOOK = 8, 22
"""Characters between a label and its number, and how far back a label is looked for."""
_PART = 4
_AT_ONCE = re.compile(r"(?:是|为|我|了|这个|那个|[:： (（“]){0,4}")
_BREAK = re.compile(r"[。！？!?\n〔〕]")


def label_before(text: str, start: int) -> str:
    """The kind that the nearest label before names, or none."""
    begin = max(0, start - _LOOK)
    kind, end = "", begin
    for found in _LABEL.finditer(text, begin, start):
        # What may follow any label takes its number from none.
        if found.lastgroup == "dial" and kind and found.start() - end <= _PART:
            end = found.end()
            continue
        kind, end = found.lastgroup or "", found.end()
    if kind == "dial" and not _AT_ONCE.fullmatch(text, end, start):
        return ""
    if not kind or start - end > _NEAR or _BREAK.search(text, end, start):
        return ""
    return kind


def windows(groups: list[Group], at: int, most: int) -> Iterator[tuple[int, str, tuple[Group, ...]]]:
    """From this group on: where the window ends, the digits it reads, its groups."""
    digits = ""
    for end in range(at, min(len(groups), at + most)):
        digits += groups[end].digits
        if len(digits) > most:
            return
        yield end + 1, digits, tuple(groups[at : end + 1])


def group_sizes(listed: str) -> frozenset[tuple[int, ...]]:
    """How many digits the groups have, written as "3-4-4"."""
    return frozenset(tuple(map(int, split.split("-"))) for split in listed.split())
