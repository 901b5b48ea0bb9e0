"""The start page is Chinese, reaches nothing but this desk, and its policy fits what stands in it."""

from __future__ import annotations

import re

from dashboard.index_page import content_policy, index_html


def test_the_start_page_is_chinese_and_names_the_desk():
    html = index_html()
    assert '<html lang="zh-CN"' in html
    assert "<title>回应台</title>" in html
    assert "Streamlit</title>" not in html
    assert "You need to enable JavaScript" not in html
    assert "service-desc" not in html


def test_the_start_page_loads_nothing_from_elsewhere():
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", index_html()) == []


def test_the_policy_allows_this_desk_and_its_inline_scripts_only():
    html = index_html()
    policy = content_policy(html)
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert policy.count("'sha256-") == len(re.findall(r"<script>", html)) == 2
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
