"""The sources file that the desk reads the town with."""

from pathlib import Path

from crawlers.sources import load_sources
from samples.town.server import ports_from
from samples.town.sources import sources_text


def test_the_desk_accepts_it_with_the_ports_filled_in(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(sources_text(ports_from(9000)), encoding="utf-8")
    sources = load_sources(file)
    assert {source.url.split("/")[2] for source in sources} == {f"127.0.0.1:{port}" for port in range(9000, 9004)}
    assert {source.kind for source in sources} == {"list", "thread", "feed", "json"}
    assert all(source.enabled for source in sources)
