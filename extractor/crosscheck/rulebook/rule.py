"""What a rule is, and the statutes and forms that rules rest on."""

from __future__ import annotations

from dataclasses import dataclass

from ...model import Severity

FORMAT_2021 = "政府信息公开工作年度报告格式（国办公开办函〔2021〕30号）"
FORMAT_2019 = "政府信息公开工作年度报告格式（国办公开办函〔2019〕60号）"
STATUTE = "政府信息公开条例（国务院令第711号）第五十条"
FEES = "政府信息公开信息处理费管理办法（国办函〔2020〕109号），自2021年1月1日起施行"
ARITHMETIC = "算术"

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
"""From least to most grave. ``error``: the report contradicts itself. ``warning``: a person should look. ``info``: worth knowing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be found."""

    id: str
    """``room.what``: the family, a dot, the matter."""
    name: str
    """A few words in Chinese."""
    english: str
    description: str
    """What is compared, and when the rule keeps silent."""
    severity: Severity
    """The usual severity; a finding may be milder, never graver."""
    source: str
    """The statute, form or arithmetic that the rule rests on."""
    example: str
    """A message as a person meets it."""
