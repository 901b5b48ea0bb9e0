"""`huiying evaluate`: measures the judge on labelled texts, by default each place of the shipped texts in turn."""

from __future__ import annotations

from pathlib import Path

import click

from huiying.chinese import ChineseCommand
from huiying.cli import BadInput, Failed, pass_settings
from huiying.os_errors import reason
from huiying.settings import Settings
from nlp.corpus import TEXTS, corpus
from nlp.model import ModelMissing, load_model
from nlp.scoring import Scores, read_all, scores

_COLUMNS = (
    ("sentiment", "情感"),
    ("negative", "负面"),
    ("neutral", "中性"),
    ("positive", "正面"),
    ("category", "类别"),
    ("link", "关联"),
    ("false_links", "误关联"),
    ("brier", "概率误差"),
)


@click.command(
    cls=ChineseCommand,
    help="评测判读。不给文本时逐个留出随附文本的地点：用其余地点训练，在留出的地点上评分。给出文本目录时，用现有模型评分。",
)
@click.option("--texts", type=click.Path(path_type=Path), metavar="目录", help="有标注的文本，格式同 nlp/texts")
@pass_settings
def command(settings: Settings, texts: Path | None) -> None:
    """Print one line a place."""
    try:
        if texts is None:
            _leave_one_out()
        else:
            model = load_model(settings.judge.model_dir) if settings.judge.model_dir else load_model()
            _print("全部", scores(read_all(model, corpus(texts))))
    except ModelMissing as problem:
        raise Failed(str(problem)) from None
    except OSError as problem:
        raise BadInput(f"不能读取 {problem.filename}：{reason(problem)}") from None


def _leave_one_out() -> None:
    # scikit-learn takes a second to import and is needed here alone.
    from nlp.training import train

    everything = corpus(TEXTS)
    for place in sorted(everything.records):
        rest = everything.of(name for name in everything.records if name != place)
        _print(place, scores(read_all(train(rest), everything.of([place]))))


def _print(name: str, found: Scores) -> None:
    values = found.rounded()
    click.echo(
        f"{name} {values['posts']:.0f} 条：" + "，".join(f"{label} {values[key]:.3f}" for key, label in _COLUMNS)
    )
