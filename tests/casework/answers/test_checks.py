"""What stands against the words of an answer: each remark has its rule and its places, and a false alarm is a fault too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from sys import setprofile

import pytest

from casework.answers.checks import Focus, Matter, Remark, denials, party_named, remarks, touched
from records.answers import Verdict, Verification, Wording
from records.proposals import Flag
from regulation.answers import Check, Effect, answer_rules

RULES = answer_rules()
NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
GOOD = Wording(
    "解放路供热管道4月10日8时破裂，12时30分修好。北关、红柳两个社区已恢复供暖。", grounds=("热力公司抢修记录",)
)
FOUND = Verification("1", NOON, "李军", "住建局", "说水里有毒", Verdict.UNTRUE, "送检报告第12号", id=7)


def checks(wording: Wording, **matter: object) -> dict[Check, Remark]:
    return {one.rule.check: one for one in remarks(wording, Matter(**matter), RULES)}  # type: ignore[arg-type]


def said(text: str, **more: object) -> Wording:
    return replace(GOOD, text=text, **more)  # type: ignore[arg-type]


def test_nothing_stands_against_a_plain_answer_with_its_grounds():
    assert checks(GOOD) == {}


DENIALS = [
    "网传情况不实。",
    "上述说法不属实",
    "这是谣言，请大家不信谣、不传谣",
    "纯属捏造",
    "此事子虚乌有",
    "情况与事实不符",
    "该消息系虚假信息",
    "网上说的毒水情况不存在，不存在网传的中毒",
    "并无此事",
    "帖文所说的金额有误",
    "我镇从未发生过此类事件",
    "不 实",
    "不\u200b实消息",
    "謠言止於智者",
    "This is a RUMOUR",
    "the report is untrue",
    "fake news",
]


@pytest.mark.clause("H-42(1)")
@pytest.mark.parametrize("text", DENIALS)
def test_calling_something_untrue_blocks_without_a_verification_record(text: str):
    remark = checks(said(text))[Check.DENIAL]
    assert remark.effect is Effect.BLOCK
    assert remark.places


@pytest.mark.clause("H-42(1)")
@pytest.mark.parametrize(
    "text",
    [
        "项目不实施分期收费。",
        "本次调整不实行差别电价。",
        "我们实事求是地公布检测结果。",
        "水质检测7项全部合格，报告附后。",
        "请以实际通知为准。",
        "核实后公布结果。",
    ],
)
def test_what_only_looks_like_a_denial_is_left_alone(text: str):
    assert denials(text, RULES) == []


@pytest.mark.clause("H-42(1)")
def test_only_a_record_by_a_person_that_contradicts_still_stands_and_is_named_supports_a_denial():
    text = said("水里有毒的说法不属实。", verifications=(7,))
    assert Check.DENIAL not in checks(text, verifications=[FOUND])
    assert Check.DENIAL not in checks(text, verifications=[replace(FOUND, verdict=Verdict.PARTLY)])
    back = replace(FOUND, id=8, of=7, evidence="样品弄错")
    for known in (
        [],
        [replace(FOUND, id=9)],
        [replace(FOUND, verdict=Verdict.TRUE)],
        [replace(FOUND, verdict=Verdict.OPEN)],
        [FOUND, back],
    ):
        assert Check.DENIAL in checks(text, verifications=known)
    assert Check.DENIAL in checks(replace(text, verifications=()), verifications=[FOUND])


@pytest.mark.clause("H-44(1)")
def test_a_focal_point_counts_as_answered_by_its_words_or_by_its_writers_word():
    heat = Focus("a", "解放路供热管道破裂到底什么时候修好", 12)
    fee = Focus("b", "停暖这几天的取暖费退不退", 5)
    remark = checks(GOOD, points=[heat, fee])[Check.FOCUS]
    assert (remark.effect, remark.said) == (Effect.REASON, "“停暖这几天的取暖费退不退”（5 条）")
    assert Check.FOCUS not in checks(replace(GOOD, touched=("b",)), points=[heat, fee])
    assert Check.FOCUS not in checks(said(f"{GOOD.text}停暖三天的取暖费退还，5月底前到账。"), points=[heat, fee])


@pytest.mark.parametrize(
    ("point", "answer", "taken_up"),
    [
        ("学区怎么又改了，我家孩子上不了实验小学", "学区调整后，实验小学的学区范围见附图，孩子入学不受影响。", True),
        ("停车收费太贵，小区里也收钱吗", "小区内部车位不收费，20时至次日8时免费。", True),
        ("停车收费太贵，小区里也收钱吗", "北关小区的树已补种二十棵。", False),
        ("垃圾站离幼儿园只有50米", "垃圾站距幼儿园50米，今年8月前迁走。", True),
        ("拆迁补偿标准为什么比隔壁县低", "今天天气晴，最高气温20度。", False),
    ],
)
def test_how_the_words_of_a_point_are_looked_for(point: str, answer: str, taken_up: bool):
    assert touched(Wording(answer), Focus("k", point, 1), RULES) is taken_up


@pytest.mark.clause("H-44(1)")
def test_an_answer_without_verification_record_document_or_address_has_no_grounds():
    assert checks(replace(GOOD, grounds=()))[Check.GROUNDS].effect is Effect.REASON
    assert Check.GROUNDS not in checks(replace(GOOD, grounds=(), verifications=(7,)), verifications=[FOUND])
    assert Check.GROUNDS in checks(replace(GOOD, grounds=(), verifications=(6,)), verifications=[FOUND])


@pytest.mark.clause("H-44(1)")
def test_every_stock_phrase_is_shown_in_its_place_with_what_to_say_instead():
    text = "区委高度重视，相关部门第一时间到场，正在有序推进。"
    remark = checks(said(text))[Check.OFFICIALESE]
    assert remark.effect is Effect.HINT
    assert [text[place.start : place.end] for place in remark.places] == [
        "高度重视",
        "相关部门",
        "第一时间",
        "有序推进",
    ]
    assert [place.instead for place in remark.places] == ["", "写明哪个单位", "写明几时几分", "正在做……"]
    assert "“高度重视”→删去" in remark.said


def test_of_stock_phrases_inside_one_another_the_longer_one_is_named():
    remark = checks(said("给大家造成的不便敬请谅解。"))[Check.OFFICIALESE]
    assert remark.said == "“造成的不便敬请谅解”→给您添麻烦了，对不起"


def test_personal_data_and_marks_of_secrecy_ask_whoever_approves_for_a_reason():
    phone = Flag("k", "个人信息", "回应", "13912345678", "像电话号码", "E-2(7)1")
    mark = Flag("m", "密级标志", "回应", "机密★1年", "像国家秘密标志", "H-23")
    text = said("请联系张某13912345678。机密★1年")
    found = checks(text, personal=[phone], secret=[mark])
    assert [found[one].effect for one in (Check.PERSONAL, Check.SECRET)] == [Effect.REASON, Effect.REASON]
    (place,) = found[Check.PERSONAL].places
    assert text.text[place.start : place.end] == "13912345678"


@pytest.mark.clause("E-2(3)2")
def test_title_or_number_of_a_party_record_blocks_and_its_text_asks_for_a_reason():
    names = ["《党内通报办法（试行）》", "惠党发〔2026〕3号", "通知"]
    body = "区委决定对三起违规问题在党内进行通报，涉及的同志已作检查，本通报不向社会公布。"
    for text in ("根据党内通报办法（试行）处理", "见 惠党发〔2026〕\n3号"):
        remark = checks(said(text), party_names=names)[Check.PARTY_TITLE]
        assert remark.effect is Effect.BLOCK
    assert checks(said("请看通知，4月10日12时30分修好。"), party_names=names) == {}
    copied = checks(said("我们对三起违规问题在党内进行通报，涉及的同志已作检查。"), party_body=body)
    assert copied[Check.PARTY_TEXT].effect is Effect.REASON
    assert Check.PARTY_TEXT not in checks(said("区委决定通报三起违规问题。"), party_body=body)


NUMBER, TITLE = "青委发〔2026〕12号", "关于《三起典型问题》（试行）的党内通报"


@pytest.mark.clause("E-2(3)2")
@pytest.mark.parametrize(
    "named",
    [
        "青委发[2026]12号",
        "青委发（2026）12号",
        "青委发(2026)12号",
        "青委发【2026】12号",
        "青委发［2026］12号",
        "青委发2026 12号",
        "青委发〔２０２６〕１２号",
        "青\u200b委发〔20\ufeff26〕12\u00ad号",
        "关于三起典型问题试行的党内通报",
        "关于〈三起典型问题〉(试行)的党\u2060内\n通报",
        "关于《三起\u3164典型问题》（试行）的党内通报",
    ],
)
def test_title_and_number_of_a_party_record_are_found_however_they_are_typed(named: str):
    text = f"详见《{named}》，特此说明。"
    remark = checks(said(text), party_names=[NUMBER, TITLE])[Check.PARTY_TITLE]
    assert [text[place.start : place.end] for place in remark.places] == [named]


@pytest.mark.parametrize("text", ["见青委发〔2026〕13号。", "见青办发〔2026〕12号。", "三起典型问题已经处理。"])
def test_another_number_and_a_part_of_a_title_are_left_alone(text: str):
    assert Check.PARTY_TITLE not in checks(said(text), party_names=[NUMBER, TITLE, "（，，，，，）"])


def test_what_is_still_to_be_written_blocks():
    for text in ("损失〔待责任单位补充：金额〕元", "共XX户停暖", "定于××月恢复"):
        assert checks(said(text))[Check.UNFINISHED].effect is Effect.BLOCK


def test_length_and_long_sentences_are_hints():
    sentence = "我们已经安排抢修人员到解放路管道破裂处开挖和更换管段并且逐户上门登记停暖时间以便计算应退的取暖费用"
    found = checks(said(f"{sentence}{sentence}。修好了。"))
    assert found[Check.SENTENCE].effect is Effect.HINT
    assert "有 1 句" in found[Check.SENTENCE].said
    assert Check.LENGTH not in found
    assert checks(said("修好了。" * 151))[Check.LENGTH].said == "共 604 字，宜在 600 字以内"


@pytest.mark.clause("H-23")
@pytest.mark.parametrize(
    "text",
    [
        "\u202e报通部内的题问三于关\u202c已经印发",
        "关\u2060于三问题的内\u00ad部通\U000e0100报",
        "青纪发〔２０２６〕⑫号",
        "\u202e号21〕6202〔发纪青",
        "⾭纪发〔2026〕12号",
    ],
)
def test_title_and_number_of_a_party_record_are_found_turned_round_and_in_other_letters(text: str):
    names = ["青纪发〔2026〕12号", "关于三问题的内部通报"]
    assert checks(said(f"{GOOD.text}{text}"), party_names=names)[Check.PARTY_TITLE].places


@pytest.mark.clause("H-42(1)")
@pytest.mark.parametrize("sign", ["\u00ad", "\u2060", "\u2063", "\u202c", "\u2069", "\u180e", "\ufe0f"])
def test_a_sign_that_shows_nothing_hides_no_denial_and_no_words_of_a_party_record(sign: str):
    assert denials(sign.join("谣言"), RULES)
    body = "区委决定对三起违规问题在党内进行通报，涉及的同志已作检查。"
    copied = checks(said(sign.join("对三起违规问题在党内进行通报，涉及的同志已作检查")), party_body=body)
    assert copied[Check.PARTY_TEXT].places


def test_a_text_is_held_against_thousands_of_party_names_without_reading_each_anew():
    names = [f"关于第{number}号问题的党内通报" for number in range(2_000)]
    text = "按《关于第1999号问题的党内通报》办理，关于第 7 号问题的党内通报也一样。"
    found = party_named(text, names, RULES)
    assert [text[one.start : one.end] for one in found] == ["关于第1999号问题的党内通报", "关于第 7 号问题的党内通报"]
    called: list[str] = []
    setprofile(lambda _frame, event, _: called.append(event))
    try:
        party_named(text, names, RULES)
    finally:
        setprofile(None)
    assert called.count("call") < len(names) / 2
