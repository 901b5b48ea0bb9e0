"""Settings come from one file and the environment; every mistake names its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.clock import SystemClock
from huiying.settings import BadSettings, Settings, load, secrets
from huiying.wiring import Desk


def written(folder: Path, text: str) -> Path:
    file = folder / "huiying.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_every_default_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    settings = load(None, {})
    assert settings.desk.port == 8501
    assert settings.desk.host == "127.0.0.1"
    assert settings.retention.days == 180
    assert settings.database_url == f"sqlite:///{tmp_path}/var/data/huiying.db"
    assert settings.sample is False


def test_the_environment_overrides_the_file(tmp_path: Path):
    file = written(tmp_path, "desk: {port: 9001}\norganisation: {name: 某区委}\n")
    settings = load(file, {"HUIYING_DESK__PORT": "9002"})
    assert (settings.desk.port, settings.organisation.name) == (9002, "某区委")


def test_huiying_settings_names_the_file(tmp_path: Path):
    file = written(tmp_path, "desk: {port: 9003}\n")
    assert load(None, {"HUIYING_SETTINGS": str(file)}).desk.port == 9003


def test_a_section_without_anything_below_it_is_all_default(tmp_path: Path):
    assert load(written(tmp_path, "desk:\nalerts:\n"), {}).desk.port == 8501


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("desk: {prot: 1}", ["huiying.yaml", "desk.prot"]),
        ("colour: red", ["huiying.yaml", "colour"]),
        ("alerts: {email: {host: h, sender: a@b.example, tsl: none}}", ["alerts.email.tsl"]),
        ("desk: {port: many}", ["desk.port", "应为整数"]),
        ("desk: {port: 65536}", ["desk.port", "应不大于 65535"]),
        ("desk: {port: 0}", ["desk.port", "应不小于 1"]),
        ("log: {level: LOUD}", ["log.level", "只能是"]),
        ("alerts: {lease_seconds: 5, send_timeout_seconds: 5}", ["lease_seconds 应大于 send_timeout_seconds"]),
        ("database: {url: 'mysql://h/db'}", ["database.url", "只支持"]),
        ("search: {engine: solr}", ["search.engine", "只能是", "elasticsearch"]),
        ("search: {engine: elasticsearch}", ["search", "还要写 url"]),
        ("search: {engine: elasticsearch, url: 'search.example:9200'}", ["search.url", "写法不对"]),
        ("search: {engine: elasticsearch, url: 'https://me:secret@search.example:9200'}", ["search.url", "写法不对"]),
        ("search: {engine: elasticsearch, url: 'https://search.example/?key=a'}", ["search.url", "写法不对"]),
        ("search: {password_file: secret}", ["search", "还要写 user"]),
        ("search: {url: 'http://search.example', ca_file: ca.pem}", ["search", "请改成 https://"]),
        ("search: {replicas: -1}", ["search.replicas", "应不小于 0"]),
        ("search: {refresh_seconds: 0}", ["search.refresh_seconds", "应不小于 0.1"]),
        ("search: {prefix: 'Desk*'}", ["search.prefix", "写法不对"]),
        ("search: {days_an_index: 0}", ["search.days_an_index", "应不小于 1"]),
        ("search: {password: letmein}", ["search.password", "密码不能写在设置文件里", "search.password_file"]),
        ("search: {api_key: letmein}", ["search.api_key", "密码不能写在设置文件里", "search.api_key_file"]),
        ("search: {user: desk, api_key_file: key}", ["search", "只能用一个"]),
        ("- a list", ["应是“名称: 值”的对照表"]),
        ("desk: [", ["不是正确的 YAML"]),
    ],
)
def test_a_mistake_in_the_file_is_named_in_one_chinese_line(tmp_path: Path, text: str, words: list[str]):
    with pytest.raises(BadSettings) as caught:
        load(written(tmp_path, text), {})
    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable():
    with pytest.raises(BadSettings, match="HUIYING_DESK__PROT") as caught:
        load(None, {"HUIYING_DESK__PROT": "1"})
    assert "desk.prot" in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path):
    with pytest.raises(BadSettings, match=r"找不到设置文件.*none\.yaml"):
        load(tmp_path / "none.yaml", {})


def test_a_file_that_is_not_text_is_said(tmp_path: Path):
    (tmp_path / "huiying.yaml").write_bytes(b"\xff\xfe\x00x")
    with pytest.raises(BadSettings, match="不是 UTF-8"):
        load(tmp_path / "huiying.yaml", {})


@pytest.mark.parametrize(
    "text",
    [
        "database: {password: hunter2hunter2}",
        "alerts: {email: {host: h, sender: a@b.example, password: hunter2hunter2}}",
        "database: {url: 'postgresql+psycopg://desk:hunter2hunter2@h/db'}",
    ],
)
def test_a_password_in_the_settings_file_is_refused_without_repeating_it(tmp_path: Path, text: str):
    with pytest.raises(BadSettings) as caught:
        load(written(tmp_path, text), {})
    assert "hunter2" not in str(caught.value)


def test_a_password_comes_from_a_file_beside_the_settings(tmp_path: Path):
    (tmp_path / "db.password").write_text("s3cret p@ss\n", encoding="utf-8")
    file = written(tmp_path, "database: {url: 'postgresql+psycopg://desk@h:5433/huiying', password_file: db.password}")
    assert load(file, {}).database_url == "postgresql+psycopg://desk:s3cret p%40ss@h:5433/huiying"


def test_a_password_from_the_environment_reaches_its_channel_and_no_printed_settings(tmp_path: Path):
    file = written(tmp_path, "alerts: {email: {host: h, sender: a@b.example}}")
    settings = load(file, {"HUIYING_ALERTS__EMAIL__PASSWORD": "from the environment"})
    email = settings.alerts.email  # type: ignore[attr-defined]
    assert secrets(email, "alerts.email") == {"password": "from the environment"}
    assert "from the environment" not in repr(settings) + settings.model_dump_json()


def test_an_empty_or_missing_password_file_is_said(tmp_path: Path):
    file = written(tmp_path, "database: {url: 'postgresql+psycopg://desk@h/huiying', password_file: db.password}")
    with pytest.raises(BadSettings, match="读不到"):
        _ = load(file, {}).database_url
    (tmp_path / "db.password").write_text("\n", encoding="utf-8")
    with pytest.raises(BadSettings, match="是空的"):
        _ = load(file, {}).database_url


def test_paths_start_at_the_file_and_those_of_the_environment_at_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "office").mkdir()
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "office", "data_dir: data\nreports: {dir: ../reports}\n")
    settings = load(file, {"HUIYING_CRAWL__SOURCES_FILE": "mine.yaml"})
    assert settings.data_dir == tmp_path / "office" / "data"
    assert settings.reports_dir == tmp_path / "office" / ".." / "reports"
    assert settings.sources_file == tmp_path / "mine.yaml"


def test_a_list_can_stand_in_the_environment():
    settings = load(None, {"HUIYING_CRAWL__ALLOW_PRIVATE_HOSTS": "['127.0.0.1:8600', '127.0.0.1:8601']"})
    assert settings.crawl.allow_private_hosts == ("127.0.0.1:8600", "127.0.0.1:8601")


def test_links_use_the_public_address_where_one_is_set():
    assert Settings().public_url == "http://127.0.0.1:8501"
    assert load(None, {"HUIYING_DESK__PUBLIC_URL": "https://desk.example/"}).public_url == "https://desk.example"


OIDC = "client_id: desk, client_secret_file: oidc.secret"


def test_the_secret_of_the_provider_lies_beside_the_settings_and_people_come_back_to_the_public_address(tmp_path: Path):
    text = (
        f"desk: {{public_url: 'https://desk.example'}}\nsign_in: {{oidc: {{issuer: 'https://id.example', {OIDC}}}}}\n"
    )
    settings = load(written(tmp_path, text), {})
    assert settings.sign_in.oidc is not None
    assert settings.sign_in.oidc.client_secret_file == tmp_path / "oidc.secret"
    provider = Desk(settings, SystemClock()).provider
    assert provider is not None
    assert provider.redirect == "https://desk.example/signin/oidc/back"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"issuer: 'http://id.example', {OIDC}", "sign_in.oidc.issuer：应为 https:// 开头的网址：不加密的只能用于本机"),
        (f"issuer: 'https://id.example/?a=b', {OIDC}", "sign_in.oidc.issuer：签发者地址不能带“?”"),
        (f"issuer: id.example, {OIDC}", "sign_in.oidc.issuer：应为 https:// 开头的网址"),
        ("issuer: 'https://id.example', client_id: desk", "sign_in.oidc.client_secret_file：必须填写"),
        (
            f"issuer: 'https://id.example', {OIDC}, passwords: nobody",
            "sign_in.oidc.passwords：只能是 'everyone'、'administrators'",
        ),
        (f"issuer: 'https://id.example', {OIDC}, client_secret: abc123", "没有“sign_in.oidc.client_secret”这一项设置"),
        (f"issuer: 'https://id.example', {OIDC}, leeway_seconds: 301", "sign_in.oidc.leeway_seconds：应不大于 300"),
    ],
)
def test_a_mistake_in_the_settings_of_the_provider_is_named(tmp_path: Path, text: str, words: str):
    with pytest.raises(BadSettings) as refused:
        load(written(tmp_path, f"desk: {{public_url: 'https://desk.example'}}\nsign_in: {{oidc: {{{text}}}}}\n"), {})
    assert words in str(refused.value)
    assert "abc123" not in str(refused.value)


@pytest.mark.parametrize("desk", ["public_url: 'http://desk.example'", "host: 0.0.0.0"])
def test_people_do_not_come_back_from_the_provider_without_encryption(tmp_path: Path, desk: str):
    with pytest.raises(BadSettings, match=r"desk\.public_url 写成 https://"):
        load(written(tmp_path, f"desk: {{{desk}}}\nsign_in: {{oidc: {{issuer: 'https://id.example', {OIDC}}}}}\n"), {})
