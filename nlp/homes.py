"""Finds the house and room numbers of homes; estate, building and street alone stay, and so do the rooms of offices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

_N = r"[0-9一二三四五六七八九十百零〇幺壹贰叁肆伍陆柒捌玖]"
_AND = r"[ ,，、\xb7-]?"
_UNITS = r"天(?!天)|[0-9一二三四五六七八九十百零〇元万亿年月日人户套间米平个多余层楼栋号度分小点秒℃%％路岁条次斤块吨.]"
"""What measures or counts follows no room: 3号楼200户, 5栋180平."""
_PUBLIC_ROOM = r"(?:诊|会议|办公|教|档案|值班|阅览|活动)室|病[房床区]|窗口|包[间厢]|班|床"
_BUILDING = rf"(?:第?(?:{_N}{{1,4}}|[A-Za-z甲乙丙丁]{_N}{{0,2}})\s?(?:号楼|栋|幢|座|号院|楼|#|弄)\s?)"
_ENTRANCE = rf"(?:第?(?:{_N}{{1,3}}|[甲乙丙丁戊A-Fa-f])\s?(?:单元|梯|号?门(?![口禁]))\s?)"
_FLOOR = rf"(?:第?{_N}{{1,3}}\s?[楼层]\s?|[顶底][楼层]\s?)"
_DOOR = r"(?:[东西南北中左右](?:边|侧|手)?(?:的|那|这)?(?:户(?!外)|家(?![一-龥]?[店超]))|[左右]手(?![边侧的]))"
# The side alone, where the clause ends with it.
_SIDE = r"(?:[东西南北中左右](?:边|侧|头)?(?=[，,。；;！!？? 、（()）\n]|$))"
# Floor and door as rooms are numbered: 602, 1803.
_STOREY_DOOR = (
    r"(?:(?:[1-9]|[1-4]\d)(?:0[1-9]|1\d)"
    r"|(?:[一二三四五六七八九]|[一二三四幺][零一二三四五六七八九])(?:零[一二三四五六七八九]|[一幺][零一二三四五六七八九]))"
)
_ROOM_ENDS = r"室(?![内外温])|号房|房间?(?![价产东租贷屋])|号(?![楼院线])|单位"
# A room is named as one, or has three or four digits that no unit of measure follows.
_ROOM = (
    rf"(?:第?{_N}{{2,5}}\s?(?:{_ROOM_ENDS})|(?<![0-9]){_N}{{3,4}}(?!{_UNITS}|{_PUBLIC_ROOM})"
    # A count that follows at once is of something else: 12栋416六个人.
    r"|(?<![0-9])[1-9][0-9]{2,3}(?=[一二三四五六七八九十]{1,2}(?:个|口|人|户))|\d{1,2}[A-H](?![A-Za-z0-9]))"
)
_ON_FLOOR = (
    rf"(?:{_FLOOR}(?:{_DOOR}|{_SIDE}|{_N}{{1,2}}(?:号房?|室))|\d{{1,2}}-\d{{1,2}}(?![\d-]|轴|{_UNITS})|附{_N}{{1,3}}号)"
)
_RESIDENCE = "苑园里区村寓院庭府湾城家房邸墅郡轩阁住居厦都馨邨坊楼庐筑岸洲台"
_LANE_HOUSE = rf"(?<![第0-9]){_N}{{1,3}}[排巷条]{_N}{{1,3}}号(?![楼院线])"
_STREET = r"[路街巷弄道里](?:[东西南北中]段)?"
_AFTER_HOUSE = r"(?:之\d+|附\d+号?|-\d{1,3})?"

_HOME = re.compile(
    # What all of them begin with: most places of a text are passed over at once.
    "(?=[ 0-9A-Za-z一二三四五六七八九十百零〇幺壹贰叁肆伍陆柒捌玖甲乙丙丁戊第顶附:：是为号])(?:"
    + "|".join(
        (
            rf"{_BUILDING}{_AND}(?:{_ENTRANCE}{_AND})?{_FLOOR}?{_DOOR}",
            rf"(?:{_BUILDING}{_AND})?{_ENTRANCE}{_AND}(?:{_FLOOR}(?:{_DOOR}|{_SIDE})|{_N}{{3,4}}户)",
            rf"{_BUILDING}{_AND}(?:{_ENTRANCE}{_AND})?{_ON_FLOOR}",
            rf"(?:{_BUILDING}|附\d{{1,3}}号){_AND}{_ENTRANCE}{_AND}(?:{_N}{{1,2}}\s?(?:室|号房?|房|户)(?![楼院线外数]))",
            rf"(?<=[路街巷弄道里村])\d{{1,4}}号\s?{_STOREY_DOOR}(?:室|房)?(?!{_UNITS}|{_PUBLIC_ROOM})",
            r"(?:(?<=[村组社队寨庄湾沟岔屯])|(?<=家[坪塬坡岭堡川]))(?:第?[0-9一二三四五六七八九十]{1,3}(?:组|社|队|小组))?[0-9]{1,4}号(?![楼院线路井车坑桩口门站地台库机栋幢])",
            r"(?<=[路街巷弄道])\d{1,4}号(?:附\d{1,3}号|之\d{1,3}|-\d{1,3}(?![\d号]))",
            rf"{_BUILDING}{_AND}(?:(?:{_ENTRANCE}|{_FLOOR}){_AND}|-?\d{{1,2}}-)?[A-Za-z]?{_ROOM}",
            rf"{_BUILDING}{_AND}(?:{_ENTRANCE}{_AND})?{_FLOOR}{_ROOM}",
            rf"\d{{1,3}}弄{_N}{{1,3}}号(?:楼)?{_ROOM}",
            rf"{_ENTRANCE}{_AND}{_ROOM}",
            rf"(?<![0-9第]){_N}{{3,5}}(?:[、,，和与及~～-]{_N}{{3,5}})*\s?室(?![内外温])",
            r"(?:(?<=房号|门牌|室号)|(?<=房间号))(?:号|是|为)?[:： ]{0,2}(?:\d{1,3}-)?(?:\d{1,2}-)?\d{3,4}(?!\d)",
            rf"(?<=[{_RESIDENCE}])\s?[A-Za-z]?\d{{1,3}}(?P<sign>[-/. ])\d{{1,2}}(?P=sign)\d{{3,4}}(?!\d)",
            rf"(?<=[{_RESIDENCE}])\s?(?:[A-Za-z]?\d{{1,3}}|[A-Za-z])#?-{_STOREY_DOOR}(?![\d-]|{_UNITS})",
            rf"(?<=[{_RESIDENCE}])[A-FH-RT-W]{_STOREY_DOOR}(?![\d-]|{_UNITS})",
            rf"(?<=隔壁|楼上|楼下|对门)的?\s?{_STOREY_DOOR}(?!{_UNITS}|{_PUBLIC_ROOM})",
            rf"(?:(?<=[我俺你他她]家)|(?<=[我俺]住)|(?<=住在)|(?<=家在)|(?<=们家))\s?{_STOREY_DOOR}(?![^，,。；;！!？?、的室\s])",
            rf"(?<![\d共有计约达余近.-]){_STOREY_DOOR}(?:室|房)?(?=的?(?:业主|住户|房主|租户|租客|邻居|那家|那户|这家|这户|家[的漏楼养里那这装空天每又]))",
            rf"(?<![\d.-]){_STOREY_DOOR}[、和与跟]{_STOREY_DOOR}(?=两[家户]|的?(?:业主|住户|邻居))",
            rf"(?<![\d.])\d{{1,2}}#-?{_STOREY_DOOR}(?![\d-]|{_UNITS})",
            rf"(?<=[{_RESIDENCE}舍]){_STOREY_DOOR}(?:号?房间?(?![价产东租贷屋])|室)",
            _LANE_HOUSE,
            r"(?<=[住家])(?:[在于]|是)?\s?\d{1,3}-\d{1,2}-\d{1,2}-\d{1,4}(?![\d-])",
            rf"(?<=[村庄院区巷园])(?:{_N}{{1,3}})排(?:{_N}{{1,3}})号",
        )
    )
    + rf")(?:[、,，/和与跟及]\s?{_STOREY_DOOR}室?(?!{_UNITS}|{_PUBLIC_ROOM}|[栋幢]))*"
)
# The street's number, where somebody says that this is home.
_DWELLS = re.compile(
    rf"(?<=住)(?:(?:[在于]|址[:：])?(?:[一-龥]{{1,6}}?[市区县镇乡村])*)(?P<home>[一-龥]{{1,10}}?(?:[路街巷里弄道]|胡同)[甲乙丙丁]?\d{{1,4}}号(?![楼院线]){_AFTER_HOUSE})"
)
# Building, entrance and room with nothing around them.
_BARE = re.compile(
    rf"(?<![A-Za-z0-9.:：号第-])[A-Za-z]?\d{{1,2}}-\d{{1,2}}-(?!(?:19|20)\d\d){_STOREY_DOOR}(?![A-Za-z0-9.-]|{_UNITS})"
)
_OFFICE_BEFORE = re.compile(
    r"(?:大厅|中心|政府|机关|局|委|办公楼|办公室|办|会|医院|门诊|住院部|学校|小学|中学|大学|法院|检察院|派出所|支队|大队|银行|大楼|大厦|写字楼|处|科|馆|厅|公司|单位|服务站|所|酒店|宾馆|商场|车站)"
    r"(?:里|内|的|在|到|去|[0-9一二三四五六七八九十A-Z]{1,3}(?:楼|层|号楼|座|栋))?$"
)
# The number of the house on its street, before that of the home.
_ON_STREET = re.compile(r"(?<=[路街巷道里])\s?\d{1,4}[号弄](?:大?院)?(?:\d{1,3}[号弄])?\s?$")


def homes(folded: str) -> Iterator[tuple[int, int]]:
    """Where the house and room number of a home stands; not that of an office that people are sent to."""
    found = chain(
        _HOME.finditer(folded),
        _DWELLS.finditer(folded) if "住" in folded else (),
        _BARE.finditer(folded) if folded.count("-") > 1 else (),
    )
    places = {
        (_street_number(folded, m.start("home") if "home" in m.re.groupindex else m.start()), m.end())
        for m in found
        if not _OFFICE_BEFORE.search(folded, max(0, m.start() - 12), m.start())
    }
    yield from sorted(places)


def _street_number(folded: str, start: int) -> int:
    """Where the home begins that has its street's number before its own."""
    found = _ON_STREET.search(folded, max(0, start - 14), start)
    return found.start() if found else start
