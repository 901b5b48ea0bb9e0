"""The closed vocabularies of the desk: each value is a word of the contracts, each has one Chinese label."""

from __future__ import annotations

from enum import StrEnum

from records.naming import named


class Word(StrEnum):
    """A closed vocabulary whose members know how to say themselves in Chinese."""

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return named(_LABELS[type(self)][self.value])


class Channel(Word):
    """Kind of place where a post appeared."""

    FORUM = "forum"
    NEWS = "news"
    MICROBLOG = "microblog"
    WECHAT = "wechat"
    VIDEO = "video"
    HOTLINE = "hotline"
    COMMENT = "comment"
    OTHER = "other"


class Sentiment(Word):
    """How a post stands towards what it speaks of."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Category(Word):
    """The six kinds of negative reaction (惠党办发〔2019〕48号 第三十八条), in the article's order."""

    MISREADING = "misreading"
    PUBLIC_INTEREST = "public_interest"
    MORAL_BOTTOM_LINE = "moral_bottom_line"
    CLAIM_TO_VERIFY = "claim_to_verify"
    EMERGENCY = "emergency"
    SUPERIOR_REQUEST = "superior_request"


class Severity(Word):
    """Severity of an incident (第四十二条), lowest first."""

    GENERAL = "general"
    MAJOR = "major"
    MAJOR_EMERGENCY = "major_emergency"

    @property
    def rank(self) -> int:
        """Position in the order general < major < major_emergency, from 1."""
        return list(Severity).index(self) + 1


class Scope(Word):
    """Who may read a disclosure record."""

    PUBLIC = "public"
    PARTY = "party"


class Attribute(Word):
    """Whether something is disclosed (第五条)."""

    OPEN = "open"
    WITHHELD = "withheld"


class Audience(Word):
    """To whom something is disclosed (鄂政协机党组发〔2022〕50号 二（三）)."""

    SOCIETY = "society"
    PARTY = "party"
    SYSTEM = "system"
    GROUP = "group"

    @property
    def scope(self) -> Scope:
        """Who may read the record that comes of it."""
        return Scope.PUBLIC if self is Audience.SOCIETY else Scope.PARTY


class Manner(Word):
    """The ways of disclosure of the approval form (附件1)."""

    PARTY = "party"
    SOCIETY = "society"
    ROUTINE = "routine"


class TimeKind(Word):
    """When something is disclosed, as the approval form has it (附件1 公开要求)."""

    LASTING = "lasting"
    REGULAR = "regular"
    STAGED = "staged"
    PROMPT = "prompt"


class Period(Word):
    """How often something is disclosed regularly (鄂政协机党组发〔2022〕50号 二（五）2), shortest first."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Purpose(Word):
    """What a proposal is for: a new record, or another version of a published one (第二十条)."""

    NEW = "new"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class Risk(Word):
    """Result of the risk assessment before a decision (第三十九条)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class ReportKind(Word):
    """Kinds of incident report: 首报, 续报, 终报."""

    INITIAL = "initial"
    PROGRESS = "progress"
    FINAL = "final"


class Role(Word):
    """What a signed-in person is at the desk."""

    DUTY = "duty"
    UNIT = "unit"
    OFFICE = "office"
    EVALUATOR = "evaluator"
    ADMIN = "admin"
    DRAFTER = "drafter"
    LEADER = "leader"
    SECRECY = "secrecy"
    HEAD = "head"
    ARCHIVIST = "archivist"

    @property
    def of_unit(self) -> bool:
        """Whether an account of this role must name its unit."""
        return self in (Role.UNIT, Role.DRAFTER, Role.LEADER, Role.SECRECY, Role.HEAD)


class Level(Word):
    """As what a contact is told: by turns on duty, as head of the unit or office, or as a leader of the district."""

    DUTY = "duty"
    HEAD = "head"
    LEADER = "leader"


class Rung(Word):
    """Who is told, one after the other, of an incident that nobody acknowledges (逐级提醒), lowest first."""

    UNIT_HEAD = "unit_head"
    OFFICE = "office"
    LEADERS = "leaders"

    @property
    def contacts(self) -> Level:
        """Which contacts of the recipient stand on it."""
        return Level.LEADER if self is Rung.LEADERS else Level.HEAD


_LABELS: dict[type[Word], dict[str, str]] = {
    Channel: {
        "forum": "论坛",
        "news": "新闻",
        "microblog": "微博客",
        "wechat": "微信",
        "video": "视频",
        "hotline": "热线",
        "comment": "评论",
        "other": "其他",
    },
    Sentiment: {"negative": "负面", "neutral": "中性", "positive": "正面"},
    Category: {
        "misreading": "误解误读",
        "public_interest": "切身利益",
        "moral_bottom_line": "道德底线",
        "claim_to_verify": "待核实传言",
        "emergency": "突发事件",
        "superior_request": "上级要求",
    },
    Severity: {"general": "一般", "major": "重大", "major_emergency": "重大突发"},
    Scope: {"public": "面向社会", "party": "党内"},
    TimeKind: {"lasting": "长期公开", "regular": "定期公开", "staged": "分阶段公开", "prompt": "随时公开"},
    Period: {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"},
    Attribute: {"open": "主动公开", "withheld": "不予公开"},
    Audience: {"society": "面向社会", "party": "党内", "system": "本地区本系统", "group": "特定党组织、党员和群众"},
    Manner: {"party": "党内公开", "society": "社会公开", "routine": "例行公开"},
    Purpose: {"new": "新公开", "correction": "更正", "withdrawal": "撤回"},
    Risk: {"low": "低", "medium": "中", "high": "高"},
    ReportKind: {"initial": "首报", "progress": "续报", "final": "终报"},
    Role: {
        "duty": "值班员",
        "unit": "责任单位",
        "office": "{office}",
        "evaluator": "评估人员",
        "admin": "管理员",
        "drafter": "承办人",
        "leader": "分管负责人",
        "secrecy": "保密负责人",
        "head": "主要负责人",
        "archivist": "档案员",
    },
    Level: {"duty": "值班员", "head": "负责人", "leader": "区领导"},
    Rung: {"unit_head": "单位负责人", "office": "{office}负责人", "leaders": "区领导"},
}
