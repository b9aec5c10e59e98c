"""What a sample allows to say: the exact upper bound on an error rate, and the sample that a wanted bound needs.

Bounds are one-sided: with the stated confidence the true rate is not above them. They hold for samples of any size, however errors
cluster in reports, since it is cells that are drawn, one by one.
"""

from __future__ import annotations

from typing import Any

from extractor.errors import QueryError, SettingsError

MOST_CELLS = 10_000_000
"""The largest sample that anybody plans."""


def upper_bound(wrong: int, judged: int, confidence: float = 0.95, *, of: int | None = None) -> float:
    """The upper bound of Clopper and Pearson on an error rate; 1.0 when nothing was judged.

    ``of`` is the number of cells that the sample stands for: those that were found right cannot be wrong, so that the rate is
    never above what is left, and known when all were judged.
    """
    exact = 1.0 if wrong >= judged else float(_special().betaincinv(wrong + 1, judged - wrong, confidence))
    return exact if not of else min(exact, max(0, of - (judged - wrong)) / of)


def needed(bound: float, wrong: int = 0, confidence: float = 0.95) -> int:
    """The smallest sample in which so many errors still leave the upper bound at or below ``bound``.

    QueryError: a bound or confidence that is no share, or a sample that nobody can judge.
    """
    check_share("--plan", bound)
    check_share("--confidence", confidence)
    if upper_bound(wrong, MOST_CELLS, confidence) > bound:
        raise QueryError(f"上界 {bound:g} 需要超过 {MOST_CELLS:,} 格，没有人核对得完；请放宽 (no sample that large can be judged)")
    low, high = wrong, MOST_CELLS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if upper_bound(wrong, middle, confidence) <= bound else (middle, high)
    return high


def check_share(option: str, value: float) -> None:
    """QueryError unless a value lies between 0 and 1."""
    if not 0 < value < 1:
        raise QueryError(f"{option} 是 0 与 1 之间的比例，例如 0.001 或 0.95，不是 {value:g} (a share between 0 and 1)")


def _special() -> Any:
    """SciPy's special functions; SettingsError says how to get them."""
    try:
        from scipy import special
    except ImportError as error:
        raise SettingsError(
            "计算上界需要 SciPy：pip install 'gongkai[audit]' (bounds need SciPy, which the extra audit installs)"
        ) from error
    return special
