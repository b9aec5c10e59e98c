"""The command line. Each command parses its arguments and calls one function of a room; heavy imports stay inside commands.

Exit status: 0 clean, 1 a report contradicts itself (``check``) or a gate fails (``eval``), 2 wrong usage, 3 some files could not be
read, 70 an internal error, 141 nobody read the output to its end.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from screens.exits import Commands, console, ending, hush, make_printable
from screens.options import Engine, LibraryPath, Retry, Rows, Severity, Shape, Way, Where

EXITS = (
    "退出状态 exit status：0 正常 clean；1 报告自相矛盾或评测未达标 a report contradicts itself or a gate fails；"
    "2 用法错误，或写不到指定的位置 wrong usage；3 有文件读不了 files could not be read；"
    "70 程序内部错误 internal error；141 输出没有人读完 the output was not read to its end。"
)

app = typer.Typer(
    cls=Commands,
    name="gongkai",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
    epilog=EXITS,
)


def main() -> None:
    """Entry point of ``gongkai``."""
    make_printable(sys.argv)
    try:
        app()
    except OSError as error:  # help and usage are printed before a command begins
        status, _ = ending(error)
        hush()
        sys.exit(status)


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
    paths: Annotated[
        list[str] | None, typer.Argument(help="文件、文件夹或通配符；只用 --retry 时可不写 (files, folders, patterns)", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="记录写入此文件夹的 records.jsonl (folder for records.jsonl)")] = None,
    library: Annotated[Path | None, typer.Option(help="存入此资料库；两者都不写时为 library (the library to store in)")] = None,
    engine: Annotated[Engine, typer.Option(help="由谁来读 (who reads)")] = Engine.offline,
    budget: Annotated[str | None, typer.Option(help="调用模型最多花多少：金额，或如 200000t 的词元数 (most a model may cost)")] = None,
    workers: Annotated[int | None, typer.Option(min=0, max=64, help="入库时用几个进程，0 为不另开 (processes, into a library)")] = None,
    on: Annotated[Where, typer.Option(help="在本机进程里读，还是在 Ray 上 (processes of this machine, or Ray)")] = Where.processes,
    again: Annotated[bool, typer.Option("--again", help="已在库中的也重读 (also what the library has)")] = False,
    retry: Annotated[Retry | None, typer.Option(help="只重读以前失败的文件 (only files that failed before)")] = None,
    manifest: Annotated[
        Path | None, typer.Option(help="CSV 清单：file、url、retrieved_at、agency、year (where the files came from)")
    ] = None,
) -> None:
    """读报告，得记录 (read reports into records)."""
    if not paths and retry is None:
        raise typer.BadParameter("请给出文件、文件夹或通配符 (name files, folders or patterns)")
    paths = paths or []
    from extractor.manifest import read_manifest

    stored = library or retry or not out
    if not stored and (workers is not None or again):
        raise typer.BadParameter(
            f"{'--workers' if workers is not None else '--again'} 只用于入库；请加 --library，或去掉 (only for a library: add --library)"
        )
    if on is Where.ray and (not stored or not workers or engine is not Engine.offline):
        raise typer.BadParameter(
            "--on ray 用于入库，须写明 --workers 几个（至少 1），只用于 --engine offline (for a library, with --workers, offline only)"
        )
    listed = read_manifest(manifest) if manifest else None
    if stored:
        from screens.bulk import run as run_bulk

        status = run_bulk(
            paths,
            library=library,
            engine=engine.value,
            workers=workers,
            on=on.value,
            retry_failed=retry is not None,
            again=again,
            console=console(),
            progress=console(stderr=True),
            budget=budget,
            manifest=listed,
            out=out,
        )
        raise typer.Exit(status)
    from screens.extracting import run

    progress = console(stderr=True)
    raise typer.Exit(
        run(paths, out=out, library=library, engine=engine.value, budget=budget, console=console(), progress=progress, manifest=listed)
    )


@app.command()
def show(
    report: Annotated[str, typer.Argument(help="报告文件，或资料库中的报告 (a file, or a report in the library)", show_default=False)],
    cell: Annotated[str | None, typer.Option(help="只看这一格，连同原文那一行 (one cell, with its line)")] = None,
    engine: Annotated[Engine, typer.Option(help="由谁来读 (who reads)")] = Engine.offline,
    library: LibraryPath = None,
) -> None:
    """看法定表格，每格标出状态 (the statutory tables with the state of each cell)."""
    from extractor.paths import names_file
    from screens.extracting import read_file
    from screens.terminal import print_cell, print_report

    file = Path(report) if library is None and (names_file(report) or Path(report).exists()) else None
    if file:
        found = read_file(file, engine.value)
    else:
        from screens.library import stored

        found = (stored(library, report),)
    for one in found:
        if cell:
            print_cell(console(), one, cell, file)
        else:
            print_report(console(), one)


@app.command()
def correct(
    report: Annotated[str, typer.Argument(help="编号、编号开头，或“机关 年度” (id or agency and year)", show_default=False)],
    field: Annotated[str, typer.Argument(help="单元格路径，或 agency、year、title…… (cell path or field)", show_default=False)],
    value: Annotated[str, typer.Argument(help="原件上的数；空白写 blank，不适用写 /，收回写 withdraw", show_default=False)],
    why: Annotated[str, typer.Option(help="依据 (why)")],
    who: Annotated[str, typer.Option(help="由谁 (who)", show_default=False)] = "",
    library: LibraryPath = None,
) -> None:
    """更正我们的读取，并重新证实；报告自身的错误用 verdict (correct our reading)."""
    from screens.library import print_correction

    raise typer.Exit(print_correction(console(), library, report, field, value, why=why, who=who))


@app.command()
def verdict(
    finding: Annotated[str, typer.Argument(help="发现的编号 (finding id)", show_default=False)],
    decision: Annotated[str, typer.Argument(help="confirmed 属实，false-alarm 误报", show_default=False)],
    note: Annotated[str, typer.Option(help="说明 (note)")] = "",
    library: LibraryPath = None,
) -> None:
    """对一条发现下判断；相关数值改变时失效 (judge a finding)."""
    from screens.library import print_verdict

    raise typer.Exit(print_verdict(console(), library, finding, decision, note=note))


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="文件，按结尾定格式：.csv .xlsx .parquet .jsonl .dta .sqlite (format by ending)")],
    shape: Annotated[Shape, typer.Option(help="wide 每报告一行，long 每格一行 (for csv, parquet, dta)")] = Shape.wide,
    year: Annotated[int | None, typer.Option(help="只导出此年度 (one year only)", show_default=False)] = None,
    agency: Annotated[str | None, typer.Option(help="只导出此机关 (one agency only)", show_default=False)] = None,
    library: LibraryPath = None,
) -> None:
    """导出资料库，空白、不适用、未证实分得清 (export the library)."""
    from extractor.library.export import export as write
    from screens.library import opened

    with opened(library) as store:
        done = write(
            store, to, shape=shape.value, where="(? IS NULL OR year = ?) AND (? IS NULL OR agency = ?)", values=[year, year, agency, agency]
        )
    typer.echo(f"{done.reports} 份报告，数据版本 {done.dataset}：{'、'.join(map(str, done.files))} ({done.reports} reports exported)")


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="一条 SELECT；视图见 docs/library.md (one SELECT)", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, help="最多几行 (rows)")] = 100,
    seconds: Annotated[float, typer.Option(min=0.1, help="最多几秒 (seconds)")] = 30.0,
    form: Annotated[Rows, typer.Option("--format", help="怎样显示 (how to print)")] = Rows.table,
    library: LibraryPath = None,
) -> None:
    """用 SQL 查询资料库，只读 (query the library, read-only)."""
    from screens.library import print_sql

    raise typer.Exit(print_sql(console(), library, query, limit=limit, seconds=seconds, form=form.value))


@app.command()
def compare(
    one: Annotated[str, typer.Argument(help="报告，或机关名称 (a report, or an agency)", show_default=False)],
    other: Annotated[str | None, typer.Argument(help="另一份报告；不写则比较该机关各年 (another report)", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="列出每一格 (every cell)")] = False,
    library: LibraryPath = None,
) -> None:
    """比较两份报告，或一个机关的各年 (compare two reports, or an agency's years)."""
    from screens.library import print_comparison

    raise typer.Exit(print_comparison(console(), library, one, other, every=every))


@app.command()
def rollup(
    units: Annotated[list[str], typer.Argument(help="各单位的报告 (the units' reports)", show_default=False)],
    parent: Annotated[str | None, typer.Option(help="与上级自己的报告比较 (compare with the parent's report)", show_default=False)] = None,
    library: LibraryPath = None,
) -> None:
    """各单位之和，缺数和未证实的列出，可与上级报告比较 (sum of units)."""
    from screens.library import print_rollup

    raise typer.Exit(print_rollup(console(), library, units, parent=parent))


@app.command()
def stats(
    roster: Annotated[Path | None, typer.Option(help="应公布机关的名单，每行一个 (who should have published)", show_default=False)] = None,
    year: Annotated[int | None, typer.Option(help="名单所对的年度，默认最近 (year of the roster)", show_default=False)] = None,
    across: Annotated[bool, typer.Option("--across", help="列出跨年度、跨机关的发现 (findings across reports)")] = False,
    library: LibraryPath = None,
) -> None:
    """资料库里有什么；对照名单看谁没有公布 (what the library holds; who has not published)."""
    from screens.library import print_stats

    raise typer.Exit(print_stats(console(), library, roster=roster, year=year, cross=across))


@app.command()
def doctor(
    ask: Annotated[bool, typer.Option(help="向服务发一个很小的请求来试 (try the server with a tiny request)")] = True,
    library: LibraryPath = None,
) -> None:
    """看语言模型配置得怎样，哪里不通，怎么修 (what of the model is configured, what fails, how to mend it)."""
    from screens.model import print_health

    raise typer.Exit(print_health(console(), ask=ask, library=library))


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
    library: LibraryPath = None,
) -> None:
    """每次调用的提示词、回答、词元、费用、用时 (prompt, answer, tokens, cost and latency of each call)."""
    from screens.model import print_calls

    print_calls(console(), number=number, last=last, run=run, contains=contains, library=library)


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
    from extractor.paths import check_target

    if out:
        check_target(out, [path])
    text = label_of(path)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)


@app.command()
def audit(
    cells: Annotated[int | None, typer.Option("--draw", help="抽几格，写成核对单 (draw so many cells)", show_default=False)] = None,
    to: Annotated[Path | None, typer.Option(help="核对单的名称，得 .csv 和 .html (name of the worksheet)", show_default=False)] = None,
    blind: Annotated[bool, typer.Option("--blind", help="盲核：不显示读到的数，照原文填 (hide what was read)")] = False,
    status: Annotated[list[str] | None, typer.Option(help="只抽这些状态，如 verified，可多次 (these states only)")] = None,
    source: Annotated[list[str] | None, typer.Option(help="只抽这些来源/格式，如 recognised/pdf，可多次 (these sources only)")] = None,
    least: Annotated[
        int | None, typer.Option(min=0, help="每个状态至少几格，不足的加抽；默认 10 (at least so many of each state)", show_default=False)
    ] = None,
    seed: Annotated[str | None, typer.Option(help="随机种子；不写则另取并记下 (seed of the sample)", show_default=False)] = None,
    judged: Annotated[Path | None, typer.Option(help="读回填好的核对单 (take in a filled worksheet)", show_default=False)] = None,
    rest: Annotated[bool, typer.Option("--rest", help="把还没有判断、或读法已变的格再写成核对单 (a worksheet of what is left)")] = False,
    plan: Annotated[
        float | None, typer.Option(help="要说错误率不超过它，须核对几格，如 0.001 (cells needed for a bound)", show_default=False)
    ] = None,
    confidence: Annotated[float, typer.Option(help="把握 (confidence of the bound)")] = 0.95,
    at_most: Annotated[
        float | None, typer.Option(help="全库上界高于它则退出状态为 1 (exit 1 when the bound is above)", show_default=False)
    ] = None,
    who: Annotated[str, typer.Option(help="由谁核对 (who)", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出结果 (the result as JSON)")] = False,
    library: LibraryPath = None,
) -> None:
    """抽查：抽单元格由人对照原文，得错误率及其上界；不带选项则看现在的结果 (a library's error rate, from cells judged by people)."""
    from evals.audit import Wish
    from evals.audit.command import run

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    wish = Wish(cells or 0, tuple(status or ()), tuple(source or ()), seed, blind, least)
    raise typer.Exit(
        run(
            console=console(),
            library=library,
            cells=cells,
            judged=judged,
            rest=rest,
            plan=plan,
            to=to,
            wish=wish,
            who=who,
            confidence=confidence,
            at_most=at_most,
            as_json=as_json,
            tell=tell,
        )
    )


@app.command()
def check(
    paths: Annotated[list[str] | None, typer.Argument(help="文件、文件夹或通配符 (files, folders, patterns)", show_default=False)] = None,
    library: Annotated[
        Path | None, typer.Option(help="校验此资料库中的报告；不写文件时默认 GONGKAI_LIBRARY (check the reports of this library)")
    ] = None,
    severity: Annotated[Severity, typer.Option(help="至少多严重才列出 (the mildest to list)")] = Severity.warning,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 (as JSON)")] = False,
    html: Annotated[Path | None, typer.Option(help="写成一个可以发给同事的页面 (a page to send to a colleague)")] = None,
) -> None:
    """查报告自身的矛盾，说明在哪里、怎么改 (what is wrong in a report, where, and how to reconcile it)."""
    named = os.environ.get("GONGKAI_LIBRARY")
    if not paths and library is None and named:
        library = Path(named)
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

    if fields and markdown:
        raise typer.BadParameter("--fields 和 --markdown 取一 (one of the two)")
    (print_fields if fields else print_markdown if markdown else print_rules)(console())


@app.command()
def index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="从头重建 (make it anew)")] = False,
    wait: Annotated[float, typer.Option(min=0, help="另一程序正在编索引时至多等几秒 (seconds to wait for another writer)")] = 300,
    library: LibraryPath = None,
) -> None:
    """为资料库的叙述编索引，供提问 (index the narrative for questions)."""
    from screens.asking import run_index

    raise typer.Exit(run_index(console(), library, rebuild=rebuild, wait=wait))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="问题，中文或英文 (a question, Chinese or English)", show_default=False)],
    agency: Annotated[str | None, typer.Option(help="只问此机关 (this agency only)", show_default=False)] = None,
    year: Annotated[int | None, typer.Option(help="只问此年度 (this report year only)", show_default=False)] = None,
    route: Annotated[Way | None, typer.Option(help="由表格、叙述或两者回答 (from records, narrative or both)", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出 (as JSON)")] = False,
    library: LibraryPath = None,
) -> None:
    """向资料库提问，答案逐条有出处 (ask the library; every statement cites its place)."""
    from screens.asking import run_ask

    chosen = route.value if route else None
    raise typer.Exit(run_ask(console(), library, question, agency=agency, year=year, route=chosen, as_json=as_json))


@app.command()
def mcp(library: LibraryPath = None) -> None:
    """以 MCP 向其他程序提供资料库 (serve the library over MCP: ask, query, check, show)."""
    from screens.asking import run_mcp

    raise typer.Exit(run_mcp(library))


@app.command("ui")
def web(
    library: LibraryPath = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 (port)")] = 7860,
    host: Annotated[str, typer.Option(help="只在本机；对外须先设 GONGKAI_AUTH=用户名:密码 (address to listen on)")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--open/--no-open", help="打开浏览器 (open a browser)")] = True,
) -> None:
    """打开网页：看、问、比、改 (the web page: read, ask, compare, correct)."""
    from screens.serving import run

    run(console(), library, host=host, port=port, browser=browser)


if __name__ == "__main__":
    main()
