"""Exports of a hotline, of a monitoring service and in the desk's own format: what comes out, and what never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.reading import post_id
from crawlers.sources import BadSources, source_from
from records.posts import Reactions
from records.words import Channel
from records.zone import CHINA
from tests.crawlers.spiders.exports import export, folder, saved_export
from tests.crawlers.spiders.reading import NOW

HEAD = "编号,内容,时间\n"


# A hotline's export: GBK, a title above the heading, the caller's name, number and address in between


def test_the_tickets_of_a_hotline_are_read_without_any_mapping() -> None:
    read = saved_export("hotline.csv", channel="hotline")
    first = read.posts[3]
    assert (first.key, first.title) == ("GD20260305001", "停水")
    assert first.text == "翠园小区从昨晚开始停水，到现在没人来修，\n老人没法做饭。"
    assert first.published_at == datetime(2026, 3, 5, 8, 12, 40, tzinfo=CHINA)
    assert read.posts[4].published_at == datetime(2026, 3, 5, 9, 5, tzinfo=CHINA)
    assert read.posts[5].published_at == datetime(2026, 3, 5, 9, 30, tzinfo=CHINA)
    assert read.posts[5].text == '隔壁工地说"夜里停工"，结果两点还在打桩'


def test_rows_that_cannot_become_posts_are_named_by_number_and_reason() -> None:
    assert saved_export("hotline.csv").lost == {6: "缺少正文", 7: "时间无法辨认", 8: "缺少正文"}


def test_nothing_of_who_called_comes_out() -> None:
    everything = repr(saved_export("hotline.csv"))
    for told in ("赵大勇", "钱小梅", "孙立国", "13912345678", "87654321", "翠园路18号", "学府街", "北门巷", "水务公司"):
        assert told not in everything


def test_what_came_in_to_a_hotline_is_the_hotline_s_by_whatever_way_it_came() -> None:
    assert {item.channel for item in saved_export("hotline.csv", channel="hotline").items} == {None}


# A monitoring service's export: several sheets, dates as cells and as serial numbers, counts in 万


def test_the_posts_of_a_monitoring_service_are_read_from_every_sheet_with_a_heading() -> None:
    read = saved_export("monitoring.xlsx")
    first, second, third = read.items
    assert (first.title, first.text) == ("配餐涨价", "配餐每顿涨到二十块，家长群都炸了")
    assert first.published_at == datetime(2026, 3, 5, 7, 30, tzinfo=CHINA)
    assert (first.channel, second.channel, third.channel) == (Channel.MICROBLOG, Channel.NEWS, Channel.FORUM)
    assert first.reactions == Reactions(comments=12_000, reposts=345, likes=100_000)
    assert second.text == "=停水三天=大家都来说说"
    assert second.published_at == datetime(2026, 3, 5, 6, 0, tzinfo=CHINA)
    assert second.url == "https://example.org/a/9"
    assert second.reactions == Reactions(likes=0)
    assert read.lost == {5: "缺少正文"}
    assert read.places == ["工作表 1 3", "工作表 1 4", "工作表 1 5", "工作表 2 2"]
    assert read.notes == ["工作表 3没有认得的表头，没有读"]


def test_nothing_of_who_wrote_or_from_where_comes_out() -> None:
    everything = repr(saved_export("monitoring.xlsx"))
    for told in ("小城妈妈", "惠川老王", "5210", "河北", "草稿"):
        assert told not in everything


def test_one_sheet_can_be_asked_for_by_name_or_number_hidden_ones_too() -> None:
    assert saved_export("monitoring.xlsx", sheet="论坛").texts == ["东门停水了，有没有人知道什么时候来"]
    assert saved_export("monitoring.xlsx", sheet=2).texts == ["东门停水了，有没有人知道什么时候来"]
    assert saved_export("monitoring.xlsx", sheet="底稿").texts == ["草稿不该读"]
    assert saved_export("monitoring.xlsx", sheet="没有的").fault == "没有“没有的”这张工作表"


# JSON


def test_the_desk_s_own_format_needs_no_mapping() -> None:
    read = saved_export("posts.jsonl")
    first, second = read.items
    assert (first.key, first.channel, first.title, first.text) == ("p-1", Channel.FORUM, "停水", "三天没水了")
    assert first.published_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert first.reactions == Reactions(comments=4, likes=17)
    assert (second.key, second.text, second.reply_to) == ("2", "我家也是&没人管", post_id("here", "p-1"))
    assert second.published_at == datetime(2026, 3, 5, 0, 30, tzinfo=UTC)
    assert read.lost == {4: "不是完整的 JSON", 5: "时间无法辨认", 6: "应为一个 JSON 对象"}
    assert "赵大勇" not in repr(read)
    assert "13912345678" not in repr(read)


def test_nested_keys_are_reached_by_paths() -> None:
    columns = {
        "id": "mblog.idstr",
        "text": ["mblog.text", "mblog.long.text"],
        "published": "mblog.created_at",
        "likes": "mblog.counts.0",
    }
    row = (
        '{"mblog": {"idstr": "50", "text": "停水了<br>三天", "long": {"text": "还没来"}, "counts": ["1.2万"], '
        '"created_at": "Thu Mar 05 08:20:33 +0800 2026", "user": {"screen_name": "赵大勇"}}}'
    )
    for content, name in ((row + "\n" + row, "a.jsonl"), (f"[{row},\n {row}]", "a.json"), (f" [{row}]", "dump")):
        read = export(content, name, columns=columns)
        item = read.posts[1]
        assert (item.key, item.text) == ("50", "停水了\n三天\n还没来")
        assert item.published_at == datetime(2026, 3, 5, 8, 20, 33, tzinfo=CHINA)
        assert item.reactions == Reactions(likes=12_000)
        assert "赵大勇" not in repr(read)


def test_an_array_that_breaks_off_gives_what_stands_before() -> None:
    read = export('[{"text": "一", "id": 1}, {"text": "二", "id": 2}, {"text": "三', "a.json")
    assert read.texts == ["一", "二"]
    assert read.fault == "第 3 条起不是完整的 JSON"


def test_an_array_longer_than_one_block_is_read_whole() -> None:
    rows = ",".join(f'{{"id": {number}, "text": "{"水" * 997}{number}"}}' for number in range(500))
    assert [item.key for item in export(f"[{rows}]", "a.json").items] == [str(number) for number in range(500)]
    assert export("[]", "a.json").fault is None


# Which column is which


def test_columns_that_are_named_are_read_and_others_recognised() -> None:
    text = "单号\t事由\t补充\t几时\t点赞\n7\t停水\t三天了\t2026-03-05\t3\n"
    read = export(text, columns={"id": "单号", "text": ["事由", "补充"], "published": ["几时"], "likes": []})
    assert (read.items[0].key, read.items[0].text, read.items[0].reactions) == ("7", "停水\n三天了", Reactions())
    assert read.items[0].published_at == datetime(2026, 3, 5, tzinfo=CHINA)


def test_a_date_and_a_time_of_day_may_stand_apart() -> None:
    read = export(
        "日期,时刻,内容\n2026/3/5,8:20,停水\n2026/3/4,19:05:01,停电\n", columns={"published": ["日期", "时刻"]}
    )
    assert [item.published_at for item in read.items] == [
        datetime(2026, 3, 5, 8, 20, tzinfo=CHINA),
        datetime(2026, 3, 4, 19, 5, 1, tzinfo=CHINA),
    ]


def test_a_time_of_day_without_its_date_is_not_taken_for_today_s() -> None:
    assert export("内容,时间\n停水,8:20\n").lost == {2: "时间无法辨认"}


def test_a_post_without_a_time_has_the_time_it_was_seen_or_else_read() -> None:
    read = export("内容,发布时间,采集时间\n停水,,2026-03-05 07:00\n停电,,\n")
    assert [(item.published_at, item.flags) for item in read.items] == [
        (datetime(2026, 3, 5, 7, tzinfo=CHINA), ()),
        (NOW, ("date_missing",)),
    ]


def test_a_time_in_the_future_is_the_time_of_reading() -> None:
    item = export(HEAD + "a,停水,2027-01-01 00:00\n").items[0]
    assert (item.published_at, item.flags) == (NOW, ("date_clamped",))


def test_headings_differ_in_width_spaces_stars_and_brackets() -> None:
    read = export("*工单 编号,诉求内容（必填）,来电时间\n2026030500001,停水,2026-03-05\n")
    assert (read.items[0].key, read.texts) == ("2026030500001", ["停水"])


def test_a_heading_that_stands_twice_is_read_once_and_told() -> None:
    read = export("内容,内容,电话,电话\n停水,张三,1,2\n")
    assert (read.texts, read.notes) == (["停水"], ["有几列都叫“内容”，只读第一列"])


def test_a_column_that_was_asked_for_and_is_not_there_is_told_by_its_name() -> None:
    read = export(HEAD + "1,停水,2026-03-05\n", columns={"likes": "点赞量", "id": "单号"})
    assert read.fault == "没有“单号”“点赞量”这一列"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "前 30 行里没有认得的表头：请在 columns 的 text 写明正文是哪一列"),
        (
            {"columns": {"text": "事由"}},
            "前 30 行里没有“事由”这一列：请检查 columns，或用 header_row 写明表头在第几行",
        ),
        ({"header_row": 2}, "第 2 行里没有认得的表头：请在 columns 的 text 写明正文是哪一列"),
    ],
)
def test_a_file_without_a_known_heading_is_told_without_a_word_of_it(options: dict[str, object], said: str) -> None:
    assert export("张三,13912345678\n李四,13812345678\n", **options).fault == said


def test_the_heading_can_be_named_by_its_row() -> None:
    text = "内容,时间\n内容,时间\n停水,2026-03-05\n"
    assert export(text, header_row=2).texts == ["停水"]
    assert export(text).texts == ["停水"], "a heading that stands again on every page is no post"


def test_the_words_of_a_channel_column_are_ours_by_the_row_or_by_what_they_hold() -> None:
    text = "内容,平台\n一,新浪微博\n二,公众号\n三,热线\n四,传真\n五,WX\n六,news\n七,微信视频号\n"
    read = export(text, channels={"wx": "wechat", "传真": "hotline"})
    assert [item.channel and item.channel.value for item in read.items] == [
        *("microblog", "wechat", "hotline", "hotline", "wechat", "news", "video"),
    ]
    kept = export(text, channel="hotline", channels={"新浪微博": "microblog"})
    assert [item.channel and item.channel.value for item in kept.items] == [
        *("microblog", None, None, None, None, "news", None),
    ]


# What names a row for good


def test_a_row_without_a_number_is_named_by_its_address_time_and_text() -> None:
    text = "内容,时间,链接,点赞数\n停水,{},https://a.example/1,{}\n停水,2026-03-05 09:00,https://a.example/2,0\n"
    first = export(text.format("2026-03-05 08:00", 1))
    again = export(text.format("2026/3/5 8:00", 900))
    assert [item.key for item in first.items] == [item.key for item in again.items]
    assert len({item.key for item in first.items}) == 2


def test_a_column_that_only_counts_the_rows_names_none_of_them() -> None:
    today = export("编号,内容,时间\n1,停水,2026-03-05\n2,停电,2026-03-05\n")
    yesterday = export("编号,内容,时间\n1,没有暖气,2026-03-04\n2,涨价,2026-03-04\n")
    assert len({item.key for item in [*today.items, *yesterday.items]}) == 4
    assert today.notes == ["编号列从 1 数起，当作行号，没有用作编号（确是编号，请在 columns 的 id 写明）"]
    asked = export("编号,内容,时间\n1,停水,2026-03-05\n", columns={"id": "编号"})
    assert (asked.items[0].key, asked.notes) == ("1", [])


def test_numbers_that_excel_has_rounded_name_no_row() -> None:
    read = export("编号,内容\n2.02603E+13,停水\n2.02603E+13,停电\n")
    assert len({item.key for item in read.items}) == 2
    assert read.notes == ["编号列有被 Excel 改成科学计数的数字，这些行改按内容认定是否同一条"]
    assert export('编号,内容\n="0012",停水\n').items[0].key == "0012"


# Cells and rows that stand crooked


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiter_and_encoding_are_found_out(delimiter: str, encoding: str) -> None:
    rows = [["编号", "内容", "时间"], ["a7", "小区停水三天了，大家怎么看", "2026-03-05"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    item = export(text.encode(encoding)).items[0]
    assert (item.key, item.text, item.published_at) == ("a7", rows[1][1], datetime(2026, 3, 5, tzinfo=CHINA))


def test_big5_is_read_as_well() -> None:
    read = export("內容\n小區停水三天了，大家怎麼看\n".encode("big5"), columns={"text": "內容"})
    assert read.texts == ["小區停水三天了，大家怎麼看"]


def test_an_encoding_that_shows_late_is_found_out_all_the_same() -> None:
    rows = "".join(f"{number},plain,2026-03-05\n" for number in range(20_000))
    read = export(("id,text,time\n" + rows + "x,小区停水三天了,2026-03-05\n").encode("gbk"))
    assert read.texts[-1] == "小区停水三天了"


def test_encoding_and_delimiter_can_be_named() -> None:
    content = "内容~时间\n停水~2026-03-05\n".encode("gbk")
    assert export(content, encoding="GBK", delimiter="~").texts == ["停水"]
    assert export("内容\t时间\n停水\t2026-03-05\n", delimiter="tab").texts == ["停水"]
    assert export("sep=;\n内容;时间\n停水;2026-03-05\n").posts.keys() == {3}


def test_bytes_that_fit_no_encoding_are_marked_and_nul_left_out() -> None:
    read = export(
        "编号,内容,时间\nx,停水三天了家里没有水大家的".encode() + b"\xff\xfe,2026-03-05\ny,\0a\0,2026-03-05\n"
    )
    assert read.items[0].flags == ("broken_encoding",)
    assert read.texts[1] == "a"


def test_a_table_of_one_column_keeps_its_commas() -> None:
    assert export("内容\n停水,停电,停气\n没有了\n").texts == ["停水,停电,停气", "没有了"]


def test_cells_hold_quotes_line_breaks_and_delimiters() -> None:
    read = export(HEAD + 'a,"他说""不行"",\r\n就走了",2026-03-05\nb,裸的"引号"也行,2026-03-05\n')
    assert read.texts == ['他说"不行",\n就走了', '裸的"引号"也行']


def test_quotes_that_were_not_doubled_lose_nothing_where_the_columns_still_tell() -> None:
    assert export(HEAD + '"a","他说"不行"了","2026-03-05"\n"b","停电","2026-03-05"\n').texts == ['他说"不行"了', "停电"]


def test_a_quote_that_is_never_closed_loses_its_own_row_alone() -> None:
    text = '编号,内容,时间,姓名\na,"没关上,2026-03-05,张三\nb,停电,2026-03-05,李四\nc,停气,2026-03-05,王五\n'
    read = export(text)
    assert read.texts == ["停电", "停气"]
    assert read.lost == {2: "引号没有成对，或单元格过长"}
    last = export('编号,内容,时间,姓名\nb,停电,2026-03-05,李四\na,"没关上,2026-03-05,张三')
    assert (last.texts, last.lost) == (["停电"], {3: "引号没有成对，或单元格过长"})


def test_a_cell_as_long_as_a_book_loses_itself_alone() -> None:
    read = export(f'{HEAD}a,"{"水" * 300_000}",2026-03-05\nb,停电,2026-03-05\n')
    assert (read.texts, list(read.lost)) == (["停电"], [2])
    long = export(f'{HEAD}a,"{"水" * 150_000}",2026-03-05\n')
    assert len(long.texts[0]) == 150_000


def test_rows_of_another_length_are_read_only_where_the_columns_can_be_told() -> None:
    head = "编号,时间,内容,姓名,备注\n"
    short = export(head + "a,2026-03-05,停水,张三\nb,2026-03-05,停电,李四,,,\n")
    assert short.texts == ["停水", "停电"], "empty cells at the end may be left out or added"
    torn = export(head + "a,2026-03-05,第一行\n第二行,13912345678,张三,李四\n")
    assert torn.texts == ["第一行"]
    assert torn.lost == {3: "单元格比表头少，对不上列"}
    split = export(head + "a,2026-03-05,停水,没人管,张三,急\n")
    assert split.lost == {2: "单元格比表头多，对不上列（多半是正文里的分隔符没有加引号）"}


def test_empty_rows_are_no_loss() -> None:
    read = export(HEAD + "\n,,\n  ,  ,\na,停水,2026-03-05\n\n")
    assert (read.texts, read.lost, list(read.posts)) == (["停水"], {}, [5])


def test_a_heading_without_rows_is_no_fault() -> None:
    read = export(HEAD)
    assert (read.items, read.lost, read.fault) == ([], {}, None)


@pytest.mark.parametrize("cell", ["true", "null", '""', '"   "', '"\u3000"', '["停水"]', '{"a": 1}'])
def test_a_cell_without_words_is_no_text(cell: str) -> None:
    assert export(f'{{"id": "a", "text": {cell}}}', "a.json").lost == {1: "缺少正文"}


def test_markup_in_a_cell_is_read_as_text() -> None:
    assert export(HEAD + "a,<p>停水</p><script>x</script>&nbsp;三天,2026-03-05\n").texts == ["停水\n三天"]


# What is refused, and what a row may say


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "请打开后另存为 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xlsx", "请打开后另存为 .xlsx"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "有密码：请去掉密码另存后再放入",
        ),
        (b"PK\x03\x04half", "a.xlsx", "不是完整的 Excel 文件"),
        (b"nonsense", "a.xlsx", "不是完整的 Excel 文件"),
        (b"PK\x03\x04", "a.zip", "是压缩包：请解压后再放入"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "a.csv", "是网页，不是表格"),
    ],
)
def test_what_is_no_export_is_refused_with_what_to_do(content: bytes, name: str, said: str) -> None:
    read = export(content, name)
    assert read.fault is not None
    assert said in read.fault
    assert read.items == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"folder": ""}, "“read.folder”不能为空"),
        ({"folder": "https://a.example/x"}, "“read.folder”应为本机文件夹的完整路径"),
        ({"folder": "../x"}, "“read.folder”路径里不能有 .."),
        ({"folder": "x", "colums": {}}, "“read.colums”不认识的项目，请检查拼写"),
        ({"folder": "x", "columns": {"正文": "内容"}}, "“read.columns.正文”不认识的项目，请检查拼写"),
        ({"folder": "x", "columns": {"text": 3}}, "“read.columns.text”应为列名，或几个列名的列表"),
        ({"folder": "x", "columns": {"text": "来电人姓名"}}, "“read.columns.text”不能指向“来电人姓名”"),
        ({"folder": "x", "columns": {"id": ["手机号码"]}}, "“read.columns.id”不能指向“手机号码”"),
        ({"folder": "x", "channels": {"微博": "weibo"}}, "“read.channels.微博”应为 forum、news"),
        ({"folder": "x", "encoding": "gbkk"}, "“read.encoding”没有这种编码"),
        ({"folder": "x", "encoding": "hex"}, "“read.encoding”没有这种编码"),
        ({"folder": "x", "delimiter": ",,"}, "“read.delimiter”应为一个字符"),
        ({"folder": "x", "header_row": 0}, "“read.header_row”应不小于 1"),
        ({"folder": "x", "sheet": [1]}, "“read.sheet”应为工作表的名称"),
        ({"folder": "x", "pattern": "a/*.csv"}, "“read.pattern”只写文件名的样式"),
    ],
)
def test_a_mistake_in_the_row_is_told_with_its_key(options: dict[str, object], said: str) -> None:
    with pytest.raises(BadSources, match=said.replace(".", r"\.").replace("*", r"\*")):
        folder(path=str(options.pop("folder")), **options)


def test_an_address_is_of_no_use_to_a_folder() -> None:
    with pytest.raises(BadSources, match="“url”是多余的"):
        source_from({**folder().row, "url": "https://a.example/"})


def test_numbers_may_stand_for_words_in_the_row() -> None:
    assert export("内容,渠道\n停水,12345\n", channels={12345: "hotline"}).items[0].channel is Channel.HOTLINE


def test_times_are_those_of_shanghai() -> None:
    item = export(HEAD + "a,停水,2026-03-05 08:00\n").items[0]
    assert item.published_at.utcoffset() == timedelta(hours=8)
