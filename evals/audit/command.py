"""What ``gongkai audit`` does: draw a worksheet, read one back, plan a sample, or say how the audit of a library stands."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractor.errors import QueryError
from extractor.library import Library, default_path

from .bounds import needed
from .draw import Drawn, Taken, Wish, draw
from .estimate import Audit, Estimate, Mistake, Standing, audited
from .judged import Judged, judge
from .sheet import sheet, write

SECONDS = 5
"""A practised person needs so long for a cell."""
ERRORS = (0, 1, 2, 3, 5, 10)
"""Numbers of errors for which a plan says how large the sample must be."""
LISTED = 50
"""Wrong cells listed on a terminal."""
STANDINGS: dict[Standing, str] = {
    "right": "对 right",
    "wrong": "错 wrong",
    "withheld": "未给出数 withheld",
    "unclear": "看不清 unclear",
    "stale": "读法已变 stale",
    "open": "待判断 open",
    "gone": "已不在库中 gone",
}


def run(
    *,
    console: Console,
    library: Path | None,
    cells: int | None,
    judged: Path | None,
    rest: bool,
    plan: float | None,
    to: Path | None,
    wish: Wish,
    who: str,
    confidence: float,
    at_most: float | None,
    as_json: bool,
    tell: Callable[[str], None],
) -> int:
    """Carry out the command; 1 when the upper bound of the whole is above ``at_most``, else 0."""
    given = {"--draw": cells, "--judged": judged, "--rest": rest or None, "--plan": plan}
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) > 1:
        raise QueryError(f"{' 和 '.join(asked)} 一次只能用一个 (one at a time)")
    if cells is None and wish != Wish(wish.cells):
        raise QueryError("--blind、--status、--source、--seed、--least 只用于抽样；请加 --draw 格数 (these belong to --draw)")
    if to is not None and cells is None and not rest:
        raise QueryError("--to 只用于写核对单；请加 --draw 格数 或 --rest (belongs to --draw or --rest)")
    if plan is not None:
        print_plan(console, plan, confidence)
        return 0
    with Library.open(library or default_path(), create=False, tell=tell) as store:
        if cells is not None:
            print_drawn(console, store, *take(store, wish, to, who=who))
            return 0
        if rest:
            print_rest(console, store, to)
            return 0
        taken = judge(store, judged, who=who) if judged is not None else None
        result = audited(store, confidence=confidence)
        if as_json:
            console.out(json.dumps(as_data(result), ensure_ascii=False, indent=1, default=str), highlight=False)
        else:
            if taken is not None:
                print_taken(console, taken)
            print_audit(console, result, store.path)
    return 1 if at_most is not None and (result.whole.upper is None or result.whole.upper > at_most) else 0


def take(library: Library, wish: Wish, to: Path | None, *, who: str = "") -> tuple[Drawn, tuple[Path, Path]]:
    """Draw, write the worksheet, and record the draw: a draw without a worksheet, or the other way round, does not come about."""
    with library.writing():
        drawn = draw(library, wish, who=who)
        made = sheet(library, drawn.id, drawn.cells, blind=wish.blind)
        files = write(made, to or Path(f"audit-{drawn.id}.csv"))
        try:
            library.write(drawn.event)
        except BaseException:
            for file in files:
                file.unlink(missing_ok=True)
            raise
    return drawn, files


def print_drawn(console: Console, library: Library, drawn: Drawn, files: tuple[Path, Path]) -> None:
    """Where the worksheet is, what is on it, and what to do with it."""
    minutes = max(1, round(len(drawn.cells) * SECONDS / 60))
    extra = sum(1 for one in drawn.cells if one.extra)
    added = f"（按比例 {len(drawn.cells) - extra}，另为少见的状态加抽 {extra}）" if extra else ""
    console.print(
        Text(
            f"抽取 {len(drawn.cells)} 格{added}，编号 {drawn.id}，种子 {drawn.seed}；还有 {drawn.left} 格没有抽过 "
            f"({len(drawn.cells)} cells drawn, {extra} of them to fill up rare states, seed {drawn.seed}; {drawn.left} never drawn)"
        )
    )
    states = sorted(one.kind.state for one in drawn.cells)
    counted = "，".join(f"{name} {len(list(group))}" for name, group in groupby(states))
    console.print(Text(f"其中 by state：{counted}", style="dim"))
    console.print(Text(f"核对单：{files[1]}（浏览器打开，一键一格，约 {minutes} 分钟）或 {files[0]}（Excel、WPS）"))
    console.print(Text(f"填好后 then：gongkai audit --judged 填好的文件{_library(library)}", style="bold"))


def print_rest(console: Console, library: Library, to: Path | None) -> None:
    """A worksheet of every cell that was drawn and is not judged, or is read otherwise by now."""
    seen = _unjudged(library)
    if not seen:
        console.print("抽过的格都已有判断，没有要补的 (every cell drawn has been judged)")
        return
    for name, group in groupby(seen, key=lambda one: one[0]):
        cells = [one[2] for one in group]
        blind = bool(library.rows("SELECT any_value(blind) FROM raw_drawn WHERE draw = ?", [name])[0][0])
        target = to or Path(f"audit-{name}-rest.csv")
        if to is not None and len({one[0] for one in seen}) > 1:
            target = to.with_stem(f"{to.stem}-{name}")
        files = write(sheet(library, name, cells, blind=blind), target)
        console.print(Text(f"{name}：{len(cells)} 格待判断，核对单 {files[1]} 或 {files[0]} ({len(cells)} cells to judge)"))


def _unjudged(library: Library) -> list[tuple[str, int, Taken]]:
    from .estimate import seen_cells

    return [
        (one.draw, one.number, Taken(one.number, one.report_id, one.path, one.kind, one.extra))
        for one in seen_cells(library)
        if one.standing in ("open", "stale")
    ]


def print_plan(console: Console, bound: float, confidence: float) -> None:
    """How many cells must be judged for a wanted bound, by the errors found on the way."""
    table = Table(header_style="bold", pad_edge=False, title=f"上界 {bound:.3%}，置信度 {confidence:.0%} (upper bound and confidence)")
    for name in ("发现的错 errors found", "至少核对 cells to judge", "约需 time"):
        table.add_column(name, justify="right")
    for errors in ERRORS:
        count = needed(bound, errors, confidence)
        table.add_row(str(errors), f"{count:,}", f"{count * SECONDS / 3600:.1f} 小时 h")
    console.print(table)
    least = needed(bound, 0, confidence)
    console.print(
        Text(f"{least} 格无误，即可说错误率不超过 {bound:.3%} (no error in {least} cells bounds the rate at {bound:.3%})", style="bold")
    )
    console.print(Text(f"抽取 next：gongkai audit --draw {least}；只问已证实的格加 --status verified", style="dim"))


def print_taken(console: Console, taken: Judged) -> None:
    """What a worksheet brought."""
    console.print(
        Text(
            f"{'、'.join(taken.draws)}：读回 {len(taken.found)} 个判断，新记 {taken.new} 个，待判断 {taken.open} 格 "
            f"({len(taken.found)} judgements, {taken.new} new, {taken.open} open)"
        )
    )
    if taken.changed:
        listed = "、".join(taken.changed[:10]) + ("……" if len(taken.changed) > 10 else "")
        console.print(
            Text(
                f"{len(taken.changed)} 格发出核对单之后读法已变，判断未收：{listed}；用 --rest 重发 (read otherwise by now)", style="yellow"
            )
        )


def print_audit(console: Console, found: Audit, path: Path) -> None:
    """How the audit of a library stands."""
    if not found.draws:
        console.print(Text(f"报告库 {path} 还没有抽查过。先抽 300 格：gongkai audit --draw 300 (nothing drawn yet)"))
        return
    for one in found.draws:
        counted = "，".join(f"{STANDINGS[name]} {one.standings[name]}" for name in STANDINGS if one.standings.get(name))
        limited = f"（只抽 {'、'.join(one.limits)}）" if one.limits else ""
        blind = "盲核，" if one.blind else ""
        console.print(Text(f"{one.id}　{one.added_at[:10]}　{one.who}　{blind}{counted}{limited}", style="dim"))
    if not found.whole.judged:
        console.print(Text("还没有判断；填好核对单后 gongkai audit --judged 文件 (nothing judged yet)"))
        return
    table = Table(header_style="bold", pad_edge=False)
    table.add_column("", overflow="fold")
    for name in (
        "格 cells",
        "核对 judged",
        "错 wrong",
        "未给出 withheld",
        "不明 unknown",
        "错误率 rate",
        f"上界 upper {found.confidence:.0%}",
    ):
        table.add_column(name, justify="right")
    for title, estimates in found.groups:
        table.add_section()
        table.add_row(Text(title, style="bold"), *[""] * 7)
        for line in estimates:
            table.add_row(f"  {line.name}", *_figures(line))
    console.print(table)
    print_statement(console, found)
    _print_mistakes(console, found.mistakes, path)


def print_statement(console: Console, found: Audit) -> None:
    """The result in the words in which a data set can state it."""
    for line, name, english in ((found.whole, "全库", "all cells"), (found.settled, "作数的格", "settled cells")):
        if line.rate is None or line.upper is None:
            continue
        sure = f"{found.confidence:.0%}"
        chinese = (
            f"{name}：核对 {line.judged} 格，错 {line.wrong} 格；按全库折算错误率 {line.rate:.2%}，以 {sure} 的把握不超过 {line.upper:.2%}"
        )
        told = f"({english}: {line.wrong} of {line.judged} wrong, rate {line.rate:.2%}, at most {line.upper:.2%} with {sure} confidence)"
        console.print(Text(f"{chinese} {told}", style="bold"))
    waiting = sum(one.standings.get("open", 0) for one in found.draws)
    if waiting:
        console.print(
            Text(f"还有 {waiting} 格待判断：只判了一部分时，以上只是暂时的 ({waiting} cells not judged yet: provisional)", style="yellow")
        )
    if found.whole.unknown:
        told = f"{found.whole.unknown} 格看不清或读法已变，上界把它们算作错；--rest 重发读法已变的 (counted as wrong in the bound)"
        console.print(Text(told, style="yellow"))
    if found.later:
        console.print(Text(f"{found.later} 格在最近一次抽样之后入库，没有机会被抽到 ({found.later} cells came later)", style="yellow"))


def _print_mistakes(console: Console, mistakes: Sequence[Mistake], path: Path) -> None:
    if not mistakes:
        return
    console.print(Text(f"错的 {len(mistakes)} 格 wrong cells", style="bold"))
    for one in mistakes[:LISTED]:
        there = one.seen.stands or "（没有写）"
        mended = "　已更正 corrected" if one.seen.corrected else ""
        note = f"　{one.seen.note}" if one.seen.note else ""
        name = f"{one.agency or one.file} {one.year or ''}".strip()
        told = f"✗ {one.seen.draw}-{one.seen.number}　{name}　{one.caption}：读到 {one.seen.value or '空'}，原文 {there}{note}{mended}"
        console.print(Text(told, style="dim" if one.seen.corrected else "red"))
    todo = [line for one in mistakes if not one.seen.corrected and (line := correction(one, path))]
    if todo:
        console.print(Text("更正 corrections：", style="bold"))
        for line in todo[:LISTED]:
            console.out(line, highlight=False)
    if len(mistakes) > LISTED:
        console.print(Text(f"…… 共 {len(mistakes)} 格，全部见 --json ({len(mistakes)} in all)", style="dim"))


def correction(one: Mistake, path: Path) -> str | None:
    """The command that corrects a wrong cell; None when the person did not say what stands there."""
    if one.truth is None:
        return None
    words = ["--why", f"抽查 {one.seen.draw}-{one.seen.number}", "--library", str(path), "--", one.seen.report_id, one.seen.path, one.truth]
    return "gongkai correct " + " ".join(map(shlex.quote, words))


def as_data(found: Audit) -> dict[str, Any]:
    """The audit as plain data; ``corrections`` also name file and hash, as labels do."""
    return {
        "confidence": found.confidence,
        "draws": [asdict(one) for one in found.draws],
        "estimates": {title: [asdict(line) for line in lines] for title, lines in found.groups},
        "later": found.later,
        "corrections": [
            {
                "id": f"{one.seen.draw}-{one.seen.number}",
                "report_id": one.seen.report_id,
                "source": one.file,
                "sha256": one.sha256,
                "agency": one.agency,
                "year": one.year,
                "path": one.seen.path,
                "caption": one.caption,
                "read": one.seen.value,
                "stands": one.seen.stands,
                "value": one.truth,
                "note": one.seen.note,
                "who": one.seen.who,
                "corrected": one.seen.corrected,
            }
            for one in found.mistakes
        ],
    }


def _figures(line: Estimate) -> list[str]:
    upper = "—" if line.upper is None else f"{line.upper:.2%}"
    rate = "—" if line.rate is None else f"{line.rate:.2%}"
    return [f"{line.cells:,}", str(line.judged), str(line.wrong), str(line.withheld), str(line.unknown), rate, upper]


def _library(library: Library) -> str:
    return "" if library.path == default_path() else f" --library {shlex.quote(str(library.path))}"
