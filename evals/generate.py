"""Labelled reports of agencies that do not exist: ``python -m evals.generate --n N --seed S --out DIR``.

A report depends on (seed, index) and the options alone. Reports of one block (twelve indices) belong to one government and its
units over consecutive years, so that figures carry over.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import numpy as np

from extractor.errors import SettingsError
from extractor.forms import metrics_of

from .asking import ask_about
from .draft import Draft
from .label import Applied, Contradiction, Label, LabelClaim, LabelFact, Question, Span, digest
from .layouts import CLEAN, LAYOUTS, join, lay_out
from .mess import OPERATORS
from .narrative import preamble, section_five, section_one, section_six
from .sheet import MARKS, Block, Extra, Heading, Marks, Paragraph, Sheet, Table, heading_of, print_plainly, statutory_blocks
from .telling import Teller
from .world import BLOCK, Figures, block, rng_for

Mess = Sequence[tuple[str, float]]
"""Names of operators with their strengths (above 0, at most 1), applied in this order."""


@dataclass(frozen=True)
class GeneratedReport:
    """A report with everything that is known about it."""

    name: str
    """File name; unique within a seed."""
    data: bytes
    """The file."""
    text: str
    """The decoded text that offsets in the label refer to."""
    label: Label
    sheet: Sheet
    """The same report before it was laid out as text, for other formats; free of marks."""

    @property
    def operators(self) -> tuple[Applied, ...]:
        """The mess operators and mistakes applied to it."""
        return self.label.mess

    def label_for(self, name: str, data: bytes) -> Label:
        """The label of the same report in another file format: without offsets and lines, which belong to the text."""
        return self.label.model_copy(
            update={"source": name, "sha256": digest(data), "places": {}, "claims": (), "facts": (), "sections": {}, "layout": ""}
            | {"claims_complete": False, "contradictions": tuple(c for c in self.label.contradictions if c.start is None), "questions": ()}
        )


def generate(
    n: int,
    seed: int = 0,
    *,
    start: int = 0,
    layout: str | None = None,
    mess: Mess | str = (),
    mistakes: int = 0,
    rollup: bool = False,
    tables: bool = True,
) -> Iterator[GeneratedReport]:
    """``n`` labelled reports from index ``start`` on.

    ``layout``: one of ``evals.layouts.LAYOUTS``; by default each report has one of the clean ones. ``mess``: operators with
    strengths, or ``"each"`` for one kind of mess per report in turn (index 0 clean), or ``"mixed"`` for up to three at random.
    ``mistakes``: how many mistakes of its own the agency makes. ``rollup``: a government is exactly the sum of its units.
    ``tables``: False for reports without statutory tables (form null).
    """
    for index in range(start, start + n):
        yield one(seed, index, layout=layout, mess=mess, mistakes=mistakes, rollup=rollup, tables=tables)


def one(
    seed: int,
    index: int,
    *,
    layout: str | None = None,
    mess: Mess | str = (),
    mistakes: int = 0,
    rollup: bool = False,
    tables: bool = True,
) -> GeneratedReport:
    """The report with this index."""
    rng = rng_for("report", seed, index)
    figures = block(seed, index // BLOCK, rollup)[index % BLOCK]
    wanted = _choose(rng, index, mess)
    if mistakes:
        own = [name for name, known in OPERATORS.items() if known.stage == "mistake"]
        wanted = [*((str(rng.choice(own)), 0.5) for _ in range(mistakes)), *wanted]
    chosen = layout or _layout(rng, wanted)
    if chosen not in LAYOUTS:
        raise SettingsError(f"没有名为“{chosen}”的版式，可选：{'、'.join(LAYOUTS)} (no layout called {chosen!r})")
    draft = _draft(rng, figures, chosen, tables, wrong=sum(name == "narrative_wrong" for name, _ in wanted))
    for stage in ("mistake", "sheet"):
        _apply(draft, wanted, stage)
    draft.lines = lay_out(draft.sheet, chosen, draft.marks, rng)
    _apply(draft, wanted, "lines")
    return _finish(draft, f"{seed}-{index:05d}_{figures.agency.name}_{figures.year}.txt")


def _choose(rng: np.random.Generator, index: int, mess: Mess | str) -> list[tuple[str, float]]:
    kinds = [name for name, known in OPERATORS.items() if known.stage != "mistake"]
    if mess == "each":
        turn = index % (len(kinds) + 1)
        return [(kinds[turn - 1], round(float(rng.uniform(0.2, 0.8)), 2))] if turn else []
    if mess == "mixed":
        chosen = rng.permutation(kinds)[: int(rng.integers(0, 4))]
        return [(str(name), round(float(rng.uniform(0.1, 0.6)), 2)) for name in chosen]
    if isinstance(mess, str):
        raise SettingsError(f"mess 可为 each、mixed 或算子名与强度的列表，收到“{mess}” (mess must be each, mixed or a list)")
    check_mess(mess)
    return list(mess)


def check_mess(mess: Mess) -> None:
    """Raise SettingsError for an unknown operator or a strength out of range."""
    for name, strength in mess:
        if name not in OPERATORS:
            raise SettingsError(f"没有名为“{name}”的算子，可选：{'、'.join(OPERATORS)} (no operator called {name!r})")
        if not 0 < strength <= 1:
            raise SettingsError(f"强度应大于 0、不超过 1，收到 {strength} (strength must be in (0, 1])")


def _layout(rng: np.random.Generator, wanted: Mess) -> str:
    """A layout in which all wanted operators occur; the first wanted decides when they have none in common."""
    allowed = [name for name in LAYOUTS if all(name in OPERATORS[wish].layouts for wish, _ in wanted)]
    if wanted and not allowed:
        allowed = list(OPERATORS[wanted[0][0]].layouts)
    return str(rng.choice([name for name in allowed if name in CLEAN] or allowed))


def _draft(rng: np.random.Generator, figures: Figures, layout: str, tables: bool, wrong: int) -> Draft:
    marks = Marks()
    teller = Teller(rng, figures, marks, wrong=wrong)
    show = print_plainly(figures.form, figures.values)
    wording = _wording(rng)
    title = f"{figures.agency.name}{teller.space}{figures.year}{teller.space}年{teller.space}政府信息公开工作年度报告"
    blocks: list[Block] = preamble(teller)
    for section in range(1, 7):
        blocks.append(heading_of(section))
        if section in (2, 3, 4):
            blocks += reword(statutory_blocks(figures.form, show, section), wording) if tables else [Paragraph("详见附件。")]
        else:
            blocks += {1: section_one, 5: section_five, 6: section_six}[section](teller)
    draft = Draft(rng, figures, Sheet(title, blocks), marks, dict(figures.values) if tables else {}, layout)
    draft.truth = {path: draft.whole(path) for path in draft.values if not path.startswith("proactive")}
    if wrong > teller.wrong:
        draft.note("narrative_wrong", 0.5)
    return draft


def _wording(rng: np.random.Generator) -> dict[str, str]:
    """How this report writes the form's labels: full-width brackets, quotation marks, short wordings."""
    choices = ({"(": "（", ")": "）"}, {"三安全一稳定": "“三安全一稳定”"}, {"区分处理的,": "区分处理的，"}, {"需要另行制作": "需另行制作"},
               {"确认或重新": "确认或者重新"}, {"1.": "1．", "2.": "2．", "3.": "3．"})  # fmt: skip
    shares = (0.6, 0.7, 0.6, 0.15, 0.15, 0.1)
    found: dict[str, str] = {}
    for choice, share in zip(choices, shares, strict=True):
        if rng.random() < share:
            found |= choice
    return found


def reword(blocks: list[Block], wording: dict[str, str]) -> list[Block]:
    """The tables with their labels in this wording."""
    for cell in (cell for table in blocks if isinstance(table, Table) for row in table.rows for cell in row if not cell.path):
        for old, new in wording.items():
            cell.text = cell.text.replace(old, new)
    return blocks


def _apply(draft: Draft, wanted: Mess, stage: str) -> None:
    for name, strength in wanted:
        known = OPERATORS[name]
        if known.stage == stage and draft.layout in known.layouts and draft.values and name != "narrative_wrong":
            known.apply(draft, strength)


def _finish(draft: Draft, name: str) -> GeneratedReport:
    text, spans = draft.marks.finish(join(draft.lines))
    data = text.encode(draft.encoding, errors="replace")
    claims, facts, contradictions = [], [], list(draft.contradictions)
    places: dict[str, Span] = {}
    sections: dict[int, int] = {}
    for payload, start, end in spans:
        where = {"start": start, "end": end}
        if isinstance(payload, tuple) and isinstance(payload[1], Contradiction):
            contradictions.append(payload[1].model_copy(update=where))
            payload = payload[0]
        if isinstance(payload, LabelClaim):
            claims.append(_compared(draft, payload).model_copy(update=where))
        elif isinstance(payload, LabelFact):
            facts.append(payload.model_copy(update=where))
        elif isinstance(payload, tuple) and payload[0] == "cell" and end > start:
            places[cast(str, payload[1])] = (start, end)
        elif isinstance(payload, tuple) and payload[0] == "section":
            sections[cast(int, payload[1])] = text.count("\n", 0, start) + 1
    form, figures = draft.figures.form, draft.figures
    label = Label(
        source=name, sha256=digest(data), title=MARKS.sub("", draft.sheet.title).replace(" ", ""),
        agency=figures.agency.name, year=figures.year,
        form=form.key if draft.values else None, divided=form.divided if draft.values else None, scope=figures.agency.scope,
        level=figures.agency.level, region=figures.agency.region,
        rows={row.path: tuple(draft.values[cell] for cell in row.cells) for row in form.rows} if draft.values else {},
        printed=draft.printed, not_provable=tuple(sorted(draft.not_provable)), places=places if draft.values else {},
        contradictions=tuple(contradictions), claims=tuple(claims), facts=tuple(facts), sections=sections,
        mess=tuple(draft.applied), layout=draft.layout, by="generator",
    )  # fmt: skip
    label = label.model_copy(update={"questions": _questions(draft, label)})
    return GeneratedReport(name, data, text, label, _clean(draft.sheet))


def _compared(draft: Draft, claim: LabelClaim) -> LabelClaim:
    """The claim beside the tables as they are printed in the end, not as the agency meant them."""
    known = metrics_of(draft.figures.form)
    if claim.scope != "own":
        return claim
    cells = {cell for key in (claim.metric, *claim.also) for cell in (*known[key].terms, *known[key].over)}
    if not draft.values or any(draft.values[cell] is None for cell in known[claim.metric].terms):
        return claim.model_copy(update={"table_value": None, "verdict": "not_comparable", "optional": True})
    if any(cell in draft.not_provable or cell.rpartition(".")[0] in draft.not_provable for cell in cells):
        return claim.model_copy(update={"verdict": "not_comparable", "optional": True, "reading": ""})
    if not cells & {cell for mistake in draft.contradictions for cell in mistake.cells}:
        return claim
    printed = known[claim.metric].value(draft.values)
    fits = any(known[key].value(draft.values) == claim.value for key in (claim.metric, *claim.also))
    verdict = claim.verdict if fits else "not_comparable"  # the table itself is in doubt there
    return claim.model_copy(
        update={"table_value": None if printed is None else Decimal(printed), "verdict": verdict, "optional": True, "reading": ""}
    )


def _questions(draft: Draft, label: Label) -> tuple[Question, ...]:
    return ask_about(draft.rng, draft.figures, label)


def _clean(sheet: Sheet) -> Sheet:
    """The sheet without marks."""
    sheet.title = MARKS.sub("", sheet.title)
    for block_ in sheet.blocks:
        if isinstance(block_, Heading | Paragraph | Extra):
            block_.text = MARKS.sub("", block_.text)
        elif isinstance(block_, Table):
            for cell in (cell for row in block_.rows for cell in row):
                cell.text = MARKS.sub("", cell.text)
    return sheet


def write(reports: Iterator[GeneratedReport], out: Path) -> int:
    """Write reports and, under ``labels``, their labels; returns how many."""
    (out / "labels").mkdir(parents=True, exist_ok=True)
    count = 0
    for report in reports:
        (out / report.name).write_bytes(report.data)
        (out / "labels" / f"{Path(report.name).stem}.json").write_text(report.label.dump(), encoding="utf-8")
        count += 1
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line of the generator."""
    parser = argparse.ArgumentParser(
        prog="python -m evals.generate", description="生成带标注的虚构年报 (labelled reports of invented agencies)"
    )
    parser.add_argument("--n", type=int, default=12, help="份数 (how many)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="输出文件夹 (folder)")
    parser.add_argument("--start", type=int, default=0, help="首个序号 (first index)")
    parser.add_argument("--layout", choices=sorted(LAYOUTS))
    parser.add_argument("--mess", default="", help=f"each、mixed，或 名称=强度,…：{'、'.join(OPERATORS)}")
    parser.add_argument("--mistakes", type=int, default=0, help="报告自身的错误数 (mistakes of the agency)")
    parser.add_argument("--rollup", action="store_true", help="政府数据恰为各单位之和 (a government is the sum of its units)")
    parser.add_argument("--no-tables", action="store_true", help="不含法定表格 (without statutory tables)")
    options = parser.parse_args(arguments)
    try:
        count = write(
            generate(
                options.n, options.seed, start=options.start, layout=options.layout, mess=parse_mess(options.mess),
                mistakes=options.mistakes, rollup=options.rollup, tables=not options.no_tables,
            ),
            options.out,
        )  # fmt: skip
    except (SettingsError, OSError) as error:
        parser.error(str(error))
    parser.exit(0, f"{count} 份报告写入 {options.out} (reports written)\n")


def parse_mess(text: str) -> Mess | str:
    """``each``, ``mixed``, nothing, or ``name=strength,name`` (strength 0.5 by default)."""
    if text in ("", "each", "mixed"):
        return text or ()
    found = []
    for part in text.split(","):
        name, _, strength = part.partition("=")
        try:
            found.append((name.strip(), float(strength or 0.5)))
        except ValueError as error:
            raise SettingsError(f"强度不是数字：“{part}” (strength is not a number)") from error
    check_mess(found)
    return found


if __name__ == "__main__":
    main()
