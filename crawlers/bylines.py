"""Knows the lines of a page that say nothing of their own: who wrote it, where it came from, when, print, close, copyright."""

from __future__ import annotations

import re

_ROLE = (
    r"(?:责任|值班|执行|本期|网络|新媒体|文字|视觉)?(?:编辑|编审|主编)|责编|美编|作者|记者|通讯员|特约记者|见习记者|实习生|撰文|撰稿|执笔|"
    r"文字|摄影|摄像|摄|供稿|供图|图片|制图|海报|视频|剪辑|配音|校对|校核|审校|审核|初审|复审|终审|审签|签发|监制|统筹|策划|出品|排版|录入|"
    r"发布人|发布者|发表人|上传者|编校|一审|二审|三审|来稿|投稿|投稿人|楼主|文/图|图/文|文图|文｜图"
)
_NAMES = (
    r"[^\s，。！？；：:|｜/【】\[\]（）()]{1,24}(?:[\s、，/][^\s，。！？；：:|｜/【】\[\]（）()]{1,4}(?=[\s、，/]|$))*"
)
_DATE = (
    r"(?:(?<!\d)\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?|\d{1,2}[-月]\d{1,2}日?(?=\s*\d{1,2}:)|(?:今|昨|前)天|星期[一二三四五六日天]|"
    r"(?<!\d)\d{1,3}\s*(?:秒|分钟?|小时|天|周|个?月|年)前|刚刚)(?:\s*T?\d{1,2}:\d{2}(?::\d{2})?)?"
)
_FRAGMENT = re.compile(
    rf"(?:{_ROLE})\s*[:：丨|/／]\s*{_NAMES}"
    r"|[^\s，。！？；：]{2,30}(?:供稿|供图|摄影报道|摄)(?=[\s|/／]|$)"
    rf"|(?:文|图)\s*[/／|｜]\s*{_NAMES}"
    rf"|^(?:本报|本网|本台|本刊)?(?:首席|特约|见习|全媒体|融媒体)*(?:记者|通讯员)\s*{_NAMES}"
    r"|(?:文章|信息|稿件|新闻|内容|稿源)?(?:来源|出处|稿源)\s*[:：于]?\s*[^\s|｜】\])）]{0,30}"
    rf"|(?:发布|发表|更新|公开|公布|发文|写信|来信|访谈|信息|上传|录入|创建|提问|回复|编辑|修改)?于?(?:时间|日期)?\s*(?:为|[:：])?\s*{_DATE}(?:\s*(?:发布|发表|更新|编辑|上传))?"
    r"|\d{1,2}:\d{2}(?::\d{2})?"
    r"|(?:浏览|阅读|点击|访问|查看|播放|评论|回复|点赞|转发|收藏|在看|人气|围观|跟帖|赞|顶|踩)(?:次数|人数|数量|数|量|率)?\s*[:：]?\s*[\d.,]{0,12}\s*[万kK+]{0,2}\s*(?:次|人|条|个)?"
    r"|\d[\d.,]{0,12}\s*[万kK+]{0,2}\s*(?:阅读|浏览|播放|评论|次|人气|人参与|人看过|人阅读|条评论|赞|views?)"
    r"|(?:视力保护色|字体(?:大小)?|字号|文字大小|背景色)\s*[:：]?|[大中小](?=[\s|｜大中小】\])）]|$)|超大|特大|默认|A[+-]"
    r"|(?:我要|立即|点击)?(?:打印|关闭|收藏|分享|纠错|返回|下载|复制|朗读|放大|缩小|举报|反馈|发表评论|告诉好友|推荐给好友|展开全文|阅读原文|阅读全文|打开APP|回复|倒序浏览|只看该作者|收起)"
    r"(?:本页|此页|本文|此文|窗口|文章|顶部|首页|上页|列表|到|至|链接)?"
    r"|微信|微博|QQ空间|朋友圈|原创|置顶|正文|楼主|编辑|审核"
    r"|(?:Posted|Published|Updated)\s(?:by\s\S+)?|Views?\s*[:：]?\s*[\d,]+|on\s(?=[A-Z])|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2},\s\d{4}",
    re.MULTILINE,
)
_FILLING = re.compile(r"[\s|｜·•/,，;；、:：<>›»«‹【】\[\]()（）「」\-—_=+*#&\d]+")
_LABELS = re.compile(
    r"\W*(?:索\s*引\s*号|发文\s*(?:机关|机构|字号|单位)|发布\s*(?:机构|单位|机关)|(?:成文|生成|公开|有效)\s*日\s*期|主题\s*(?:分类|词)|"
    r"(?:体裁|组配)分类|有\s*效\s*性|公开\s*(?:方式|范围|时限|形式)|内容概述|信息名称|文\s*号|信件(?:编号|标题|类别|类型)|写信(?:人|时间)|"
    r"留言(?:ID|编号|类别|人)|办理状态|访谈(?:时间|嘉宾))\s*[:：\s]"
)
_FURNITURE = re.compile(
    r"版权(?:所有|声明|归|申明)|Copyright|©|All [Rr]ights|ICP备|公网安备|网站标识码|免责声明|不得转载|如有侵权|违法和?不良信息举报|"
    r"未经.{0,12}(?:许可|授权).{0,20}(?:转载|复制|使用|镜像)|本(?:网|站|网站|平台|公众号).{0,30}(?:立场|观点|转载|版权|侵权|侵犯|证实|承担)|"
    r"网站地图|隐私(?:政策|声明)|友情链接|设为首页|加入收藏|上一[篇页条版]|下一[篇页条版]|返回(?:上页|列表|首页)|"
    r"(?:当前的?|所在的?|您的)位置|不支持脚本|JavaScript|Powered by"
)
"""Words that only the page or the site around a text uses."""
_NEAR_TEXT = re.compile(
    r"许可证|备案号|主办(?:单位)?[:：]|承办(?:单位)?[:：]|技术支持|联系我们|关于我们|扫一扫|扫码|二维码|长按.{0,6}识别|关注(?:我们|公众号|该公众号)|"
    r"点击上方|下载.{0,10}(?:APP|客户端)|打开.{0,6}APP|手机版|无障碍|共\s*\d+\s*页|当前页|登录后|请登录|加载(?:中|更多)|请稍[候等]|[Ll]oading|发表回复|Cookie|"
    r"^\s*#\S+\s*$|相关(?:阅读|链接|新闻|稿件|报道|推荐|文章|解读|附件)|延伸阅读|更多(?:新闻|精彩|视频)|热门(?:推荐|新闻|评论|留言)|大家都在看|猜你喜欢|"
    r"标签[:：]|关键[字词][:：]|原标题[:：]|分享(?:到|至)?[:：]|满意度评价"
)
"""Words that stand around texts, and in sentences of texts as well."""
_SENTENCE = re.compile(r"[。！？!?…][”’」』）)]*$|[，；].*[，；。]")
_COUNT = r"\W*(?:\d+\W*)?(?:条|人参与)?\W*"
_COMMENTS = re.compile(
    rf"\W*(?:(?:网友|全部|最新|热门|精彩|用户|文章|新闻|条)?(?:评论|留言|回帖|跟帖|跟贴)(?:区|列表)?|发表(?:评论|回复|留言)|我要评论|\d+\s*条?(?:评论|回复)){_COUNT}"
)
_TEASERS = re.compile(
    rf"\W*(?:相关|推荐|延伸|热门|精彩|更多|最新|往期|为[你您]|猜[你您]|附件|大家)(?:精彩|相关|都在)?(?:阅读|链接|新闻|稿件|报道|推荐|文章|解读|视频|回顾|访谈|来信|留言|内容|喜欢|看|下载|资讯|公告){_COUNT}"
)
_INSIDE = r"[^（()）【】\[\]。！？]"
_IN_BRACKETS = re.compile(
    rf"[（(【\[]\s*{_INSIDE}{{0,20}}?(?:(?:{_ROLE})(?:\s*[:：/丨|]\s*|\s+){_INSIDE}{{1,60}}|"
    rf"(?:记者|通讯员|作者|编辑|实习生)(?!节|站|会|部|家|们|从|在|了解|采访|注|按)[^\s，。、（()）【】\[\]]{{2,4}}(?:[\s、，]{_INSIDE}{{1,40}})?|"
    rf"{_INSIDE}{{2,30}}?(?:摄|摄影|供图|供稿|撰稿|整理|编辑|文/图))\s*[)）】\]]"
)
_WIRE = re.compile(r"^(?:本报|本网|本台|本刊|本站)(?:讯|消息|电)[\s，,:：]*")
_LETTER = re.compile(r"[^\W\d_]")
_FULL_STOPS = ("。", "！", "？", "；", "…")
_LONGEST = 160
_LONGEST_WHOLE = 2_000
_EDGE = 300
_MOST_LEFT = 5


def is_furniture(line: str) -> bool:
    """Whether a line belongs to the page or the site around a text: copyright, ways about the site, other pages."""
    if len(line) > _LONGEST:
        return len(line) <= 3 * _LONGEST and len(_FURNITURE.findall(line)) > 1
    if _FURNITURE.search(line) or heads_teasers(line):
        return True
    return _NEAR_TEXT.search(line) is not None and not _SENTENCE.search(line)


def is_label(line: str) -> bool:
    """Whether a line says only who wrote a text, where it came from, when, how often it was read, or how to print it."""
    if len(line) > _LONGEST or line[-1:] in _FULL_STOPS:
        return False
    return _LABELS.match(line) is not None or _is_made_of_fragments(line)


def is_date(line: str) -> bool:
    """Whether a line is a date and nothing else: below a notice it belongs to the text, above it does not."""
    return len(line) <= 40 and re.fullmatch(rf"\W*{_DATE}\W*|[〇○零一二三四五六七八九十年月日元\s]+", line) is not None


def says_something(line: str) -> bool:
    """Whether a line has a letter in it."""
    return _LETTER.search(line) is not None


def heads_comments(line: str) -> bool:
    """Whether a line is the heading of what readers said about the text."""
    return len(line) <= 30 and _COMMENTS.fullmatch(line) is not None


def heads_teasers(line: str) -> bool:
    """Whether a line is the heading of other pages to read."""
    return len(line) <= 30 and _TEASERS.fullmatch(line) is not None


def without_bylines(line: str) -> str:
    """The line without the names, in brackets, of those who wrote, took or edited it; of a very long one, at its ends."""
    if len(line) <= _LONGEST_WHOLE:
        return _WIRE.sub("", _IN_BRACKETS.sub("", line)).strip()
    return without_bylines(line[:_EDGE]) + line[_EDGE:-_EDGE] + without_bylines(line[-_EDGE:])


def _is_made_of_fragments(line: str) -> bool:
    rest, found = _FRAGMENT.subn(" ", line)
    return bool(found) and len(_FILLING.sub("", rest)) <= _MOST_LEFT and not is_date(line)
