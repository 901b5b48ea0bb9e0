"""`huiying evaluate`: measures the judge on labelled texts; prints the scores and draws them with the worst mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.evaluation_page import Part, page
from huiying.model_in_use import ModelInUse
from huiying.settings import Settings
from nlp.corpus import TEXTS, Corpus, Labelled, corpus
from nlp.measures import measurable, slices
from nlp.model import Model, ModelMissing
from nlp.promotion import floors
from nlp.scoring import LABELS, Read, read_twice, scores
from nlp.shared_sets import messages, scenario
from records.assessments import Assessment
from records.os_errors import reason

FOLDER = click.Path(path_type=Path)


@click.command(
    cls=ChineseCommand,
    help="评测判读，打印全部分数。不给文本时：先用现用模型读从不学习的固定样本，再逐个留出随附文本的地点，用其余地点训练，"
    "在留出的地点上评分（每个地点约一分钟）。给出文本目录时，用现用模型在其上评分。",
)
@click.option("--texts", type=FOLDER, metavar="目录", help="有标注的文本，格式同 nlp/texts；可带 tags.jsonl")
@click.option("--data", type=FOLDER, metavar="目录", help="公开数据所在目录：加评三百条真实来信")
@click.option("--scenarios", type=FOLDER, metavar="目录", help="有 truth.json 的场景目录：加评每个场景的帖子")
@click.option("--learned", type=FOLDER, default=TEXTS, metavar="目录", help="逐个留出的文本（默认随程序的）")
@click.option("--quick", is_flag=True, help="不逐个留出，只评固定样本")
@click.option("--page", "page_file", type=FOLDER, metavar="文件", help="把分数、混淆表和最严重的误判写成一个网页")
@pass_settings
def command(
    settings: Settings,
    texts: Path | None,
    data: Path | None,
    scenarios: Path | None,
    learned: Path,
    quick: bool,
    page_file: Path | None,
) -> None:
    """Print each part as soon as it is measured."""
    try:
        model = ModelInUse(settings).load()
        click.echo(f"现用模型 {model.name}")
        parts = []
        for part in _parts(model, texts, data, scenarios, None if quick else learned):
            _print(part)
            parts.append(part)
        if page_file is not None:
            page_file.write_text(page(model.name, parts), encoding="utf-8")
            click.echo(f"网页写在 {page_file}")
    except ModelMissing as problem:
        raise Failed(str(problem)) from None
    except OSError as problem:
        raise BadInput(f"不能读写 {problem.filename}：{reason(problem)}") from None


def _parts(
    model: Model, texts: Path | None, data: Path | None, scenarios: Path | None, learned: Path | None
) -> Iterator[Part]:
    if texts is not None:
        yield _part("给出的文本", "现用模型在给出的文本上", model, corpus(texts))
    else:
        yield _part("固定样本", "现用模型在从不学习的固定样本上", model, corpus(floors().sample))
    if data is not None:
        yield _part("真实来信", "现用模型在三百条真实来信上；没有公开事项、没有正面、没有类别", model, messages(data))
    for folder in sorted(path for path in scenarios.iterdir() if (path / "truth.json").exists()) if scenarios else ():
        said = "现用模型读场景里的全部帖子（其中若有学习文本，分数偏高）"
        yield _part(f"场景 {folder.name}", said, model, scenario(folder))
    if texts is None and learned is not None:
        yield Part("逐个留出", "用其余地点训练的模型在留出的地点上；每个地点一个模型", *_leave_one_out(corpus(learned)))


def _part(title: str, said: str, model: Model, texts: Corpus) -> Part:
    return Part(title, said, *read_twice(model, texts))


def _leave_one_out(everything: Corpus) -> tuple[Read, Read]:
    # scikit-learn takes a second to import and is needed here alone.
    from nlp.training import train

    read: list[tuple[Labelled, Assessment]] = []
    last: list[tuple[Labelled, Assessment]] = []
    places = sorted(everything.records)
    for number, place in enumerate(places, 1):
        click.echo(f"留出 {place}（{number}/{len(places)}），用其余地点训练……", err=True)
        rest = everything.of(name for name in places if name != place)
        found, in_the_end = read_twice(train(rest), everything.of([place]))
        _print_scores(f"留出 {place}", found)
        read += found
        last += in_the_end
    return read, last


def _print(part: Part) -> None:
    click.echo(f"【{part.title}】{part.said}")
    places = part.places
    if len(places) > 1:
        for place, found in places.items():
            _print_scores(place, found)
    _print_scores("全部", part.read)
    again = sum(first != last for (_, first), (_, last) in zip(part.read, part.last, strict=False))
    if again:
        _print_scores(f"全部（其中 {again} 条看了后来的帖文再判）", part.last)
    for one in slices(part.read):
        click.echo(f"  {one.label}：{one.share:.3f}（{one.posts} 条）")


def _print_scores(name: str, read: Read) -> None:
    values = scores(read).rounded()
    said = "，".join(f"{LABELS[score]} {values[score]:.3f}" for score in measurable(read))
    click.echo(f"{name} {len(read)} 条：{said}")
