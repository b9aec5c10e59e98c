"""``python -m evals.hunt``: reports damaged harder than the sets are, in search of a cell that is wrong and called verified."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from .generate import GeneratedReport, one
from .harness import offline, time_limit
from .mess import OPERATORS
from .scoring import CaseResult, score
from .world import rng_for

SECONDS = 60
"""A report that takes longer counts as failed."""


def hard_case(seed: int, index: int) -> GeneratedReport:
    """A report with one to four kinds of mess at strength 0.6 or 1, every third with a mistake of the agency's own in its tables."""
    rng = rng_for("hunt", seed, index)
    kinds = [name for name, operator in OPERATORS.items() if operator.stage != "mistake"]
    own = [name for name, operator in OPERATORS.items() if operator.stage == "mistake" and name != "narrative_wrong"]
    mess = [(str(kind), 1.0 if rng.random() < 0.5 else 0.6) for kind in rng.permutation(kinds)[: int(rng.integers(1, 5))]]
    if rng.random() < 0.3:
        mess = [(str(rng.choice(own)), 0.5), *mess]
    return one(seed, index, mess=mess)


def hunted(report: GeneratedReport) -> CaseResult:
    """The report read and compared with its label; whatever goes wrong is the case's error."""
    try:
        with time_limit(SECONDS):
            found = offline(report.data, report.name)
    except Exception as error:
        return score(report.name, "hunt", report.label, None, error=repr(error))
    return score(report.name, "hunt", report.label, found[0] if found else None, error="" if found else "no report found")


def main(argv: list[str] | None = None) -> int:
    """Print every failure and silent error with its index; exit status 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m evals.hunt", description=__doc__)
    parser.add_argument("--n", type=int, default=400, help="份数 (reports)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(argv)
    console = Console()
    verified = bad = 0
    for index in range(args.n):
        report = hard_case(args.seed, index)
        case = hunted(report)
        verified += case.counts["verified_share"][0]
        if case.error or case.silent:
            bad += 1
            mess = "、".join(applied.name for applied in report.label.mess)
            console.print(f"{args.seed}/{index} {report.label.layout} {mess}：{case.error}", markup=False, highlight=False)
            for cell in case.silent[:4]:
                console.print(f"    {cell.path} 应为 {cell.truth}，读作 {cell.got}：{cell.why}", markup=False, highlight=False)
    console.print(f"{args.n} 份，已证实 {verified} 格，{bad} 份失败或有静默错误 (reports, verified cells, failures or silent errors)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
