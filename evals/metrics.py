"""Metrics over many reports: each with its numerator, its denominator and a bootstrap interval over reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .scoring import CaseResult


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """What a metric counts."""

    key: str
    name: str
    """In Chinese, as tables show it."""
    english: str
    better: str = "high"
    """``high`` or ``low``."""


METRICS: tuple[MetricInfo, ...] = (
    MetricInfo("silent_errors", "静默错误/已证实格", "silent errors of verified cells", "low"),
    MetricInfo("verified_share", "已证实（表三表四全部格）", "verified, sections three and four"),
    MetricInfo("verified_of_provable", "已证实（可证明的格）", "verified of provable cells"),
    MetricInfo("cells_right", "单元格正确", "cells right"),
    MetricInfo("cells_right_nonzero", "非零单元格正确", "non-zero cells right"),
    MetricInfo("cells_right_damaged", "受损单元格正确", "damaged cells right"),
    MetricInfo("cells_right_section_2", "表二单元格正确", "section two cells right"),
    MetricInfo("cells_right_section_3", "表三单元格正确", "section three cells right"),
    MetricInfo("cells_right_section_4", "表四单元格正确", "section four cells right"),
    MetricInfo("records_right", "整份全对", "records wholly right"),
    MetricInfo("blank_as_number", "空白误作数", "blank read as a number", "low"),
    MetricInfo("zero_as_blank", "零误作空白", "zero read as blank", "low"),
    MetricInfo("deduced_right", "推出的值正确", "deduced values right"),
    MetricInfo("places_right", "出处正确", "places right"),
    MetricInfo("agency_right", "机关名称", "agency"),
    MetricInfo("year_right", "年份", "year"),
    MetricInfo("form_right", "表式", "form"),
    MetricInfo("title_right", "标题", "title"),
    MetricInfo("level_right", "层级", "level"),
    MetricInfo("published_right", "公布日期", "date of publication"),
    MetricInfo("sections_right", "六部分起始行", "section starts"),
    MetricInfo("claims_found", "正文数字召回", "claims found"),
    MetricInfo("claims_precise", "正文数字准确", "claims that are claims"),
    MetricInfo("claim_verdicts", "正文与表格判定", "claim verdicts right"),
    MetricInfo("narrative_contradictions_found", "正文矛盾召回", "narrative contradictions found"),
    MetricInfo("contradictions_true", "所报正文矛盾属实", "reported contradictions true"),
    MetricInfo("facts_found", "其他数量召回", "facts found"),
    MetricInfo("mistakes_found", "表内错误召回", "mistakes in tables found"),
    MetricInfo("mistakes_localised", "表内错误定位", "mistakes localised"),
    MetricInfo("findings_true", "所报表内错误属实", "table findings true"),
)

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's value over some reports."""

    key: str
    hits: int
    of: int
    low: float | None
    """Bounds of the 95 % bootstrap interval over reports; None with fewer than two reports that count."""
    high: float | None
    reports: int
    """How many reports count in it."""

    @property
    def value(self) -> float | None:
        """The share; None when nothing counts."""
        return self.hits / self.of if self.of else None

    def interval(self) -> str:
        """The interval as a table shows it.

        When not one report differs, resampling says nothing: then the exact bound on the share of reports that may differ
        (Clopper–Pearson, one-sided 95 %; about 3/n).
        """
        if self.low is None or self.high is None:
            return "—"
        if self.value in (0.0, 1.0):
            return f"有差的报告 ≤ {1 - 0.05 ** (1 / self.reports):.2%}"
        return f"{self.low:.2%} – {self.high:.2%}"


def measure(results: Sequence[CaseResult], key: str, *, resamples: int = RESAMPLES, seed: int = 0) -> Measured:
    """A metric over all results, with a bootstrap over reports (not over cells: cells of one report fail together)."""
    counts = np.array([result.counts[key] for result in results if key in result.counts], float).reshape(-1, 2)
    hits, of = (int(total) for total in counts.sum(axis=0))
    low = high = None
    if len(counts) > 1 and of:
        rng = np.random.default_rng(seed)
        picks = rng.integers(0, len(counts), (resamples, len(counts)))
        sums = counts[picks].sum(axis=1)
        shares = np.divide(sums[:, 0], sums[:, 1], out=np.full(resamples, np.nan), where=sums[:, 1] > 0)
        low, high = (float(bound) for bound in np.nanquantile(shares, [0.025, 0.975]))
    return Measured(key, hits, of, low, high, len(counts))


def measure_all(results: Sequence[CaseResult], *, resamples: int = RESAMPLES) -> dict[str, Measured]:
    """Every metric that has a denominator in these results."""
    present = {key for result in results for key in result.counts}
    return {info.key: measure(results, info.key, resamples=resamples) for info in METRICS if info.key in present}


def by_group(results: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    """Results by kind of mess, clean first."""
    groups: dict[str, list[CaseResult]] = {}
    for result in sorted(results, key=lambda result: (result.group != "clean", result.group)):
        groups.setdefault(result.group, []).append(result)
    return groups
