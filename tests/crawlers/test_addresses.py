"""One page has one address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import permalink, resolved, without_anchor
from nlp.permalinks import neutral_permalink


@pytest.mark.parametrize(
    "shared",
    [
        "https://news.example.org/a/7?id=3&utm_source=weixin&utm_medium=social",
        "https://news.example.org/a/7?spm=a1.b2&id=3",
        "https://news.example.org/a/7?id=3&from=timeline&isappinstalled=0",
        "https://news.example.org:443/a/7?id=3&share_token=x9&_t=1772590800",
        "https://reader:secret@NEWS.example.org/a/7;jsessionid=AB12?id=3",
        "https://news.example.org/a/7?id=3&sid=a1b2c3d4e5f6a7b8c9",
    ],
)
def test_the_ways_by_which_a_page_was_shared_leave_one_address(shared: str) -> None:
    assert permalink(shared) == "https://news.example.org/a/7?id=3"


@pytest.mark.parametrize(
    "added",
    [
        "utm_campaign=spring&utm_id=5",
        "gclid=Cj0&gbraid=0AA&wbraid=C1",
        "fbclid=IwAR0",
        "igshid=MzR",
        "hmsr=toutiao&hmpl=x&hmcu=y",
        "spm=smpc.home.top.1.1646&scm=1102",
        "from=singlemessage&scene=timeline",
        "isappinstalled=0&nsukey=rTf&clicktime=1646&enterid=1646",
        "sharer_sharetime=1646&sharer_shareid=ab12",
        "share_source=copy_web&share_medium=android&share_session_id=9&vd_source=77a&unique_k=Q1&buvid=X&from_spmid=333.9",
        "tt_from=weixin&share_token=9a-b&timestamp=1646000000&use_new_style=1&req_id=2022&wxshare_count=1",
        "spss=wap&spsnuid=x&spsdevid=y&spsvid=&spsshare=wx&spsts=1646&spstoken=t",
        "xhsshare=WeixinSession&appuid=5f&apptime=1646&xsec_token=AB&xsec_source=app_share&author_share=1&shareRedId=N0",
        "wfr=spider&for=pc",
        "luicode=10000011&lfid=1005&featurecode=newtitle",
        "shareId=17&shareToken=X&shareType=1&shareMode=app&originShareId=17&shareObjectId=3&shareUrlOpened=0",
        "exportkey=A%2F&pass_ticket=x&wx_header=0&devicetype=iOS&ascene=1&subscene=2",
        "_t=1772590800&_=1772590800123&rand=0.8812",
        "PHPSESSID=ab12&ASPSESSIONIDQQ=XY",
        "amp=1",
        "pk_campaign=x&mtm_source=y&matomo_kwd=z",
        "did=0d9ab4ee-1f2c-4b7a-9a1e-3c2f0a7b9e11",
    ],
)
def test_no_way_of_sharing_makes_another_address(added: str) -> None:
    assert permalink(f"https://a.example/t?{added}&id=3") == permalink(f"https://a.example/t?id=3&{added}")
    assert permalink(f"https://a.example/t?id=3&{added}#p5") == "https://a.example/t?id=3#p5"
    assert permalink(f"https://a.example/t?{added}") == "https://a.example/t"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/t?iid=88213",
        "https://a.example/t?id=0d9ab4ee-1f2c-4b7a-9a1e-3c2f0a7b9e11",
        "https://a.example/t?did=7",
        "https://a.example/t?scene=1024",
        "https://a.example/t?src=55",
        "https://a.example/t?for=7731",
        "https://a.example/t?amp=220",
        "https://a.example/t?key=water&page=2",
        "https://m.a.example/t?id=3",
        "https://a.example/2026/03/amp/",
        "https://a.example/space?uid=5&do=thread",
    ],
)
def test_what_may_name_a_page_is_kept(url: str) -> None:
    assert permalink(url) == url


def test_of_sites_that_add_ever_new_parameters_only_those_that_name_the_page_are_kept() -> None:
    named = "https://mp.weixin.qq.com/s?__biz=MzA4&mid=2650&idx=1&sn=ab12"
    assert permalink(f"{named}&chksm=8f&scene=27&key=ff&uin=Nz&version=62&lang=zh_CN&a8scene=7#rd") == f"{named}#rd"
    assert (
        permalink("https://mp.weixin.qq.com/s/kQ3nZ81x?scene=27&poc_token=H")
        == "https://mp.weixin.qq.com/s/kQ3nZ81x?scene=27&poc_token=H"
    )
    assert permalink("https://baijiahao.baidu.com/s?id=17&sShare=1&type=news") == "https://baijiahao.baidu.com/s?id=17"


@pytest.mark.parametrize(
    "url",
    [
        "https://bbs.example.org/space-uid-5511.html",
        "https://bbs.example.org/home.php?mod=space&uid=5511",
        "https://bbs.example.org/thread-9-1-1.html?uid=5511&username=beifeng",
        "https://a.example/@beifeng/105",
        "https://a.example/u/beifeng/posts/9",
        "https://a.example/t/9?author=beifeng&sharer_shareid=5511",
        "https://beifeng:5511@a.example/t/9",
        "https://a.example/t/9#beifeng",
        "https://weibo.com/5511/MkQ3nZ81x?uid=5511",
        "https://a.example/t/9?openid=oX5511beifeng&from_uid=5511",
    ],
)
def test_no_account_is_left_in_what_is_let_in(url: str) -> None:
    neutral = neutral_permalink(permalink(url))
    assert neutral is None or not re.search("5511|beifeng", neutral)


@pytest.mark.parametrize("url", ["http://a.example/t?sid=42", "http://a.example/t?from=9", "http://a.example/t?t=7"])
def test_a_pages_own_number_is_kept_though_its_name_looks_like_tracking(url: str) -> None:
    assert permalink(url) == url


def test_a_parameter_in_gbk_is_kept_as_it_was_written() -> None:
    assert permalink("http://a.example/s?q=%B9%E3") == "http://a.example/s?q=%B9%E3"


def test_an_anchor_names_a_post_and_is_kept_until_the_page_is_meant() -> None:
    assert permalink("http://a.example/t/1?utm_source=x#p5") == "http://a.example/t/1#p5"
    assert without_anchor("http://a.example/t/1#p5") == "http://a.example/t/1"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "data:text/html,x",
        "http://[",
        "http://a.example:port/",
    ],
)
def test_a_link_that_leads_to_no_web_page_leads_nowhere(link: str) -> None:
    assert resolved("http://a.example/list", link) is None


def test_a_link_is_read_from_the_page_it_stands_on() -> None:
    assert resolved("http://a.example/list/1", " ../t/2 ") == "http://a.example/t/2"


@given(
    st.from_regex(
        r"https?://[a-z]{1,8}\.example(:[1-9][0-9]{0,3})?/[a-z0-9/;=]{0,20}([?][a-z0-9=&%+._-]{0,40})?(#[a-z0-9]{0,8})?",
        fullmatch=True,
    )
)
def test_an_address_that_was_cleaned_once_stays_as_it_is(url: str) -> None:
    assert permalink(permalink(url)) == permalink(url)
