"""Every rule that a finding can name, as data: id, name, what it asks, how grave it is, where it comes from, an example.

``gongkai rules`` and ``docs/rules.md`` are printed from this table; a finding whose rule is not here is a mistake of ours.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import FormError
from ..model import Finding, Quote, Severity
from .rulebook.model import MODEL
from .rulebook.narrative import NARRATIVE
from .rulebook.reading import READING
from .rulebook.rule import FEES, SEVERITIES, Rule
from .rulebook.series import SERIES
from .rulebook.shape import SHAPE
from .rulebook.source import SOURCE
from .rulebook.tables import PLAUSIBLE, SUSPECTS, TABLES

__all__ = ["FEES", "NARRATIVE", "PLAUSIBLE", "RULES", "SEVERITIES", "SHAPE", "Rule", "finding", "rule_of"]

RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*TABLES, *SUSPECTS, *PLAUSIBLE, *READING, *NARRATIVE, *SHAPE, *SOURCE, *MODEL, *SERIES)
}
"""Every rule by id, in the order in which they are listed."""


def rule_of(id: str) -> Rule:
    """The rule with this id."""
    if id not in RULES:
        raise FormError(f"没有名为“{id}”的规则，可用 gongkai rules 查看全部 (no rule called {id!r})")
    return RULES[id]


def finding(
    id: str,
    message: str,
    *,
    cells: Iterable[str] = (),
    quotes: Iterable[Quote] = (),
    suggestion: str = "",
    severity: Severity | None = None,
) -> Finding:
    """A finding under a rule, with the rule's severity unless a milder one is given."""
    return Finding(
        rule=id,
        severity=severity or rule_of(id).severity,
        message=message,
        cells=tuple(cells),
        quotes=tuple(quotes),
        suggestion=suggestion,
    )
