"""Two runs side by side: which cells and cases flipped, and whether the difference could be chance. The gate of ``make test``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path

import numpy as np

from extractor.errors import SettingsError

from .harness import read_results
from .metrics import METRICS, measure
from .scoring import CaseResult

VERIFIED_SLACK = 0.005
"""How far the verified share may fall below the baseline's before the gate fails."""


@dataclass(frozen=True)
class Flip:
    """A case whose cells are not the same as before."""

    case: str
    lost: tuple[str, ...]
    """Cells that were right and are wrong."""
    won: tuple[str, ...]
    """Cells that were wrong and are right."""


@dataclass(frozen=True)
class Comparison:
    """A run beside the one before, over the cases that both have."""

    common: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    flips: tuple[Flip, ...]
    broken: tuple[str, ...]
    """Cases that were wholly right and are not."""
    mended: tuple[str, ...]
    better: int
    """Cases with more cells right than before."""
    worse: int
    sign_p: float
    """Two-sided sign test over the cases that differ."""
    permutation_p: float
    """Two-sided paired permutation test on the share of cells right."""
    difference: float
    """Share of cells right after, less before."""

    @property
    def statement(self) -> str:
        """Whether the difference could be chance, in words."""
        if not self.better and not self.worse:
            return f"{self.common} 份共有报告逐格相同，没有差异 (no difference)"
        words = "可能出于偶然" if min(self.sign_p, self.permutation_p) > 0.05 else "不像出于偶然"
        return (
            f"{self.better} 份变好、{self.worse} 份变差，单元格正确率变化 {self.difference:+.3%}；差异{words}"
            f"（符号检验 p = {self.sign_p:.3f}，置换检验 p = {self.permutation_p:.3f}）"
        )


def compare(before: Sequence[CaseResult], after: Sequence[CaseResult], *, rounds: int = 10_000) -> Comparison:
    """The paired comparison of two runs."""
    old, new = ({result.case: result for result in results} for results in (before, after))
    common = [case for case in new if case in old]
    flips = []
    shares = []
    for case in common:
        lost, won = _bad(new[case]) - _bad(old[case]), _bad(old[case]) - _bad(new[case])
        if lost or won:
            flips.append(Flip(case, tuple(sorted(lost)), tuple(sorted(won))))
        shares.append(_right(new[case]) - _right(old[case]))
    better, worse = sum(share > 0 for share in shares), sum(share < 0 for share in shares)
    return Comparison(
        common=len(common),
        only_before=tuple(sorted(set(old) - set(new))),
        only_after=tuple(sorted(set(new) - set(old))),
        flips=tuple(flips),
        broken=tuple(case for case in common if old[case].clean and not new[case].clean),
        mended=tuple(case for case in common if new[case].clean and not old[case].clean),
        better=better,
        worse=worse,
        sign_p=sign_test(better, worse),
        permutation_p=permutation_test(np.array(shares), rounds),
        difference=_total(new, common) - _total(old, common),
    )


def _bad(result: CaseResult) -> set[str]:
    return {wrong.path for wrong in (*result.wrong, *result.silent)} | ({"（失败）"} if result.error else set())


def _right(result: CaseResult) -> float:
    done, of = result.counts.get("cells_right", (0, 0))
    return done / of if of else float(not result.error)


def _total(results: dict[str, CaseResult], cases: Sequence[str]) -> float:
    return measure([results[case] for case in cases], "cells_right", resamples=1).value or 0.0


def sign_test(better: int, worse: int) -> float:
    """Two-sided probability of a split at least as uneven when both ways are equally likely."""
    n = better + worse
    if n == 0:
        return 1.0
    tail = sum(comb(n, k) for k in range(min(better, worse) + 1)) / 2**n
    return float(min(1.0, 2 * tail))


def permutation_test(differences: np.ndarray, rounds: int = 10_000, seed: int = 0) -> float:
    """Two-sided probability of a mean difference at least as large when every sign is arbitrary."""
    differing = differences[differences != 0]
    if not len(differing):
        return 1.0
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], (rounds, len(differing)))
    extreme = np.abs(signs @ differing) >= abs(differing.sum()) - 1e-12
    return float((extreme.sum() + 1) / (rounds + 1))


# ------------------------------------------------------------------ baselines and gates
def load_results(path: Path) -> list[CaseResult]:
    """Results of a run folder or of a baseline file."""
    if path.is_dir():
        return read_results(path / "cases.jsonl")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return [CaseResult.model_validate(case) for case in data["cases"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"基线 {path} 读不出 (baseline cannot be read): {error}") from error


def save_baseline(path: Path, settings: dict[str, object], results: Sequence[CaseResult]) -> None:
    """Keep what a later run is compared with: counts and wrong cells, one case a line."""
    keep = {"case", "group", "error", "counts", "wrong", "silent"}
    cases = ",\n".join(
        "  " + result.model_dump_json(include=keep, exclude={"wrong": {"__all__": {"why"}}, "silent": {"__all__": {"why"}}})
        for result in results
    )
    head = json.dumps({key: settings[key] for key in ("sets", "engine")}, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"settings": {head},\n "cases": [\n{cases}\n]}}\n', encoding="utf-8")


def gate(after: Sequence[CaseResult], before: Sequence[CaseResult] = ()) -> list[str]:
    """Why a run must not pass: silent errors, failures, cells that used to be right, a fallen verified share."""
    reasons = [f"{result.case}：{wrong.path} 标为已证实，{_said(wrong.truth, wrong.got)}" for result in after for wrong in result.silent]
    reasons += [f"{result.case}：失败，{result.error}" for result in after if result.error]
    if not before:
        return reasons
    seen = compare(before, after)
    reasons += [f"{case}：基线中有，此次未测" for case in seen.only_before]
    reasons += [f"{flip.case}：原来正确的 {len(flip.lost)} 格现在不对（{'、'.join(flip.lost[:3])}）" for flip in seen.flips if flip.lost]
    old, new = (measure(results, "verified_share", resamples=1).value or 0.0 for results in (before, after))
    if new < old - VERIFIED_SLACK:
        reasons.append(f"已证实比例由 {old:.2%} 降至 {new:.2%} (verified share fell)")
    return reasons


def _said(truth: str | None, got: str | None) -> str:
    return "而这一格无法证明" if truth == got else f"应为 {truth or '空'}，读作 {got or '空'}"


def parse_limits(texts: Sequence[str]) -> dict[str, float]:
    """``--fail-under`` options: ``0.995`` for cells_right, or ``metric=share``."""
    limits: dict[str, float] = {}
    known = {info.key for info in METRICS}
    for text in texts:
        key, _, number = text.rpartition("=")
        key = key or "cells_right"
        try:
            limits[key] = float(number)
        except ValueError as error:
            raise SettingsError(f"--fail-under 应写作 0.995 或 指标=0.995，收到“{text}” (expected a share)") from error
        if key not in known:
            raise SettingsError(f"没有名为“{key}”的评测指标，可选：{'、'.join(sorted(known))} (no such metric)")
    return limits


def below(results: Sequence[CaseResult], limits: dict[str, float]) -> list[str]:
    """Metrics that miss their limit (for those where low is good: that exceed it); one that nothing measures misses it."""
    kinds = {info.key: info for info in METRICS}
    reasons = []
    for key, limit in limits.items():
        value = measure(results, key, resamples=1).value
        if value is None:
            reasons.append(f"{kinds[key].name}：没有可测的内容，未达到 {limit:.2%} (nothing to measure)")
        elif value > limit if kinds[key].better == "low" else value < limit:
            reasons.append(f"{kinds[key].name}：{value:.3%}，要求{'不高于' if kinds[key].better == 'low' else '不低于'} {limit:.3%}")
    return reasons
