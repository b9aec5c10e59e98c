"""The command line. Each command parses its arguments and calls one function of a room; heavy imports stay inside commands.

Exit status: 0 clean, 1 a report contradicts itself (``check``) or a gate fails (``eval``), 2 wrong usage, 3 some files could not be read.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from extractor.errors import GongkaiError, SourceError

if TYPE_CHECKING:
    from rich.console import Console


class Commands(TyperGroup):
    """The group of all commands: an error of the program's own tree is one plain line, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit 3 for a file that cannot be read, 2 for any other error a user can meet."""
        try:
            return super().invoke(ctx)
        except GongkaiError as error:
            typer.secho(f"✗ {error}", fg="red", err=True)
            raise typer.Exit(3 if isinstance(error, SourceError) else 2) from None


class Engine(StrEnum):
    """Who reads: the embedded reader, the configured model too, or the model only where the reader is in doubt."""

    offline = "offline"
    llm = "llm"
    auto = "auto"


app = typer.Typer(
    cls=Commands,
    name="gongkai",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)

Paths = Annotated[list[str], typer.Argument(help="文件、文件夹或通配符 (files, folders, patterns)", show_default=False)]


def main() -> None:
    """Entry point of ``gongkai``."""
    app()


def console(*, stderr: bool = False) -> Console:
    """Where results go; without a terminal at least 160 columns, so that a pipe gets whole tables."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False)
    return made if made.is_terminal else Console(stderr=stderr, highlight=False, width=max(160, made.width))


@app.callback(invoke_without_command=True)
def start(version: Annotated[bool, typer.Option("--version", help="版本 (the version)")] = False) -> None:
    """政府信息公开工作年度报告：抽取、校验、问答。

    Annual reports on government-information disclosure: extracted, proven, questioned.
    """
    if version:
        from importlib.metadata import version as number

        typer.echo(f"gongkai {number('gongkai')}")
        raise typer.Exit


@app.command()
def extract(
    paths: Paths,
    out: Annotated[Path | None, typer.Option(help="记录写入此文件夹的 records.jsonl (folder for records.jsonl)")] = None,
    library: Annotated[Path | None, typer.Option(help="存入此资料库；两者都不写时为 library (the library to store in)")] = None,
    engine: Annotated[Engine, typer.Option(help="由谁来读 (who reads)")] = Engine.offline,
    budget: Annotated[str | None, typer.Option(help="调用模型最多花多少：金额，或如 200000t 的词元数 (most a model may cost)")] = None,
) -> None:
    """读报告，得记录 (read reports into records)."""
    from screens.extracting import run

    raise typer.Exit(
        run(paths, out=out, library=library, engine=engine.value, budget=budget, console=console(), progress=console(stderr=True))
    )


@app.command()
def show(
    report: Annotated[str, typer.Argument(help="报告文件，或资料库中的报告 (a file, or a report in the library)", show_default=False)],
    cell: Annotated[str | None, typer.Option(help="只看这一格，连同原文那一行 (one cell, with its line)")] = None,
    engine: Annotated[Engine, typer.Option(help="由谁来读 (who reads)")] = Engine.offline,
) -> None:
    """看法定表格，每格标出状态 (the statutory tables with the state of each cell)."""
    from screens.extracting import read_file
    from screens.terminal import print_cell, print_report

    for one in read_file(Path(report), engine.value):
        if cell:
            print_cell(console(), one, cell, Path(report))
        else:
            print_report(console(), one)


@app.command()
def doctor(
    ask: Annotated[bool, typer.Option(help="向服务发一个很小的请求来试 (try the server with a tiny request)")] = True,
) -> None:
    """看语言模型配置得怎样，哪里不通，怎么修 (what of the model is configured, what fails, how to mend it)."""
    from screens.model import print_health

    raise typer.Exit(print_health(console(), ask=ask))


model = typer.Typer(name="llm", no_args_is_help=True, help="语言模型 (the language model)")
app.add_typer(model)


@model.callback()
def model_start() -> None:
    """语言模型的调用记录 (what a language model was asked)."""


@model.command("log")
def model_log(
    number: Annotated[int | None, typer.Argument(help="看这一次的全文 (one call in full)", show_default=False)] = None,
    last: Annotated[int, typer.Option(min=1, help="最近几次 (how many)")] = 20,
    run: Annotated[str | None, typer.Option(help="只看这一轮 (one run only)")] = None,
    contains: Annotated[str, typer.Option(help="对象中含这些字 (subject contains)")] = "",
) -> None:
    """每次调用的提示词、回答、词元、费用、用时 (prompt, answer, tokens, cost and latency of each call)."""
    from screens.model import print_calls

    print_calls(console(), number=number, last=last, run=run, contains=contains)


@app.command("eval")
def measure(
    sets: Annotated[
        list[str] | None,
        typer.Argument(help="seeds、bundled、generated:份数[:种子]、mistakes:份数[:种子] 或文件夹 (sets)", show_default=False),
    ] = None,
    engine: Annotated[str, typer.Option(help="offline、llm、auto 或 模块:函数 (engine)")] = "offline",
    baseline: Annotated[Path | None, typer.Option(help="与之成对比较：run 文件夹或基线文件 (compare with)")] = None,
    fail_under: Annotated[list[str] | None, typer.Option(help="0.995 或 指标=0.995，可多次 (limits)")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="进程数 (processes)")] = 2,
    run: Annotated[str, typer.Option(help="名称；同名再跑则接着做 (name; the same name resumes)")] = "",
    save_baseline: Annotated[Path | None, typer.Option(help="把结果存为基线 (keep as baseline)")] = None,
) -> None:
    """在带标注的报告上测量读数（默认 bundled）(measure an engine on labelled reports)。"""
    from evals.command import evaluate

    limits = fail_under or []
    raise typer.Exit(
        evaluate(
            sets or ["bundled"],
            console=console(),
            engine=engine,
            jobs=jobs,
            baseline=baseline,
            fail_under=limits,
            name=run,
            save=save_baseline,
        )
    )


@app.command()
def label(
    path: Annotated[Path, typer.Argument(help="报告文件 (a report)")],
    out: Annotated[Path | None, typer.Option(help="写入的标注文件，缺省为标准输出 (where to write it)")] = None,
) -> None:
    """由当前读数起一份标注，供人核对改正 (start a label from the current reading, for a person to correct)。"""
    from evals.command import label_of

    text = label_of(path)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


class Severity(StrEnum):
    """How grave a finding is."""

    error = "error"
    warning = "warning"
    info = "info"


@app.command()
def check(
    paths: Annotated[list[str] | None, typer.Argument(help="文件、文件夹或通配符 (files, folders, patterns)", show_default=False)] = None,
    library: Annotated[Path | None, typer.Option(help="校验此资料库中的报告 (check the reports of this library)")] = None,
    severity: Annotated[Severity, typer.Option(help="至少多严重才列出 (the mildest to list)")] = Severity.warning,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 (as JSON)")] = False,
    html: Annotated[Path | None, typer.Option(help="写成一个可以发给同事的页面 (a page to send to a colleague)")] = None,
) -> None:
    """查报告自身的矛盾，说明在哪里、怎么改 (what is wrong in a report, where, and how to reconcile it)."""
    from screens.checking import run

    raise typer.Exit(
        run(
            paths or [],
            library=library,
            severity=severity.value,
            as_json=as_json,
            html=html,
            console=console(),
            progress=console(stderr=True),
        )
    )


@app.command()
def rules(
    fields: Annotated[bool, typer.Option("--fields", help="列出全部字段 (list all fields instead)")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="输出 docs/rules.md 的内容 (as the documentation's page)")] = False,
) -> None:
    """列出全部规则和例子 (all rules with an example)."""
    from screens.checking import print_fields, print_markdown, print_rules

    (print_fields if fields else print_markdown if markdown else print_rules)(console())


if __name__ == "__main__":
    main()
