"""Finds names of private persons where the words around them leave little doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.tokens import is_word

_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边蒲])"
)
_GIVEN = "[一-龥]{1,2}"
_ROLES = "邻居|房东|老板娘|老板|业主|护工|保安|司机|班主任|包工头|中介|老赖|骗子|同事|前夫|前妻|婆婆|对门|楼上|楼下|租客|房客|患者|病人|家长|店主|店老板|摊主|村民|居民|租户|保姆|教练|护士|阿姨|大爷|大妈|嫌疑人|肇事者|当事人"
_ACTS = "打人|打了|骂人|骂我|骂了|骗了|骗我|骗人|骗钱|偷了|偷我|偷电|偷水|拿走|收了|欠我|欠钱|欠薪|欠了|拖欠|克扣|威胁|动手|强占|霸占|占了|虐待|殴打|跑路|跑了|卷款|贪污|贪了|挪用|侵占|造谣|猥亵|性骚扰|骚扰|家暴|行贿|受贿|吸毒|赌博|出轨|不还钱|不给钱|侮辱|敲诈|勒索|诈骗|泄露|推搡|踹|砸了|扇"
_SELF = re.compile(
    rf"(?:姓名|联系人|收款人|户名|开户人|户主|我叫|我名叫|本人叫|名叫|真名|实名|当事人|举报人|投诉人|被举报人|嫌疑人|患者|死者|伤者)(?:姓名)?(?:[:：是叫为] ?|(?<=[叫名]))(?P<name>{_SURNAME}{_GIVEN})(?![一-龥])"
)
_ACCUSED = re.compile(rf"(?:{_ROLES})(?P<name>{_SURNAME}{_GIVEN}?)(?=(?:{_ACTS}))")


def person_names(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each name: one that introduces itself, or one that a role comes before and an accusation after.

    Officials named in their office are not looked for: what they do in office is what posts are about.
    """
    for pattern in (_SELF, _ACCUSED):
        for found in pattern.finditer(text):
            name = found["name"]
            # "老师张嘴就骂": two characters that are a word are no name.
            if len(name) > 2 or (len(name) == 2 and not is_word(name)):
                yield found.span("name")
