"""The rules and the fields as lists for people: ``gongkai rules``, ``docs/rules.md``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ..forms import FORM_KEYS, Metric, form_of, metrics_of
from .phrases import phrases_of
from .rules import RULES, Rule

FAMILIES = {
    "narrative": ("正文", "Narrative"),
    "shape": ("结构", "Shape"),
    "tables": ("表内等式", "Sums in the tables"),
    "reading": ("读取", "Reading"),
    "source": ("文件", "Source file"),
    "series": ("跨年度、跨机关", "Across years and agencies"),
}
WORDS = {"error": "矛盾 error", "warning": "请核对 warning", "info": "提示 info"}


def families() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Rules by family, the narrative's first."""
    order = list(FAMILIES)
    ranked = sorted(RULES.values(), key=lambda rule: _rank(order, _family(rule)))
    for name, rules in groupby(ranked, key=_family):
        chinese, english = FAMILIES.get(name, (name, name))
        yield f"{chinese} {english}".strip(), tuple(rules)


def rules_markdown() -> str:
    """``docs/rules.md``: every rule with what it asks, its source and an example."""
    lines = [
        "# 规则 Rules",
        "",
        "由 `gongkai rules --markdown` 从规则表生成，请勿手改 (generated from the table of rules; do not edit).",
        "",
        "严重程度：**矛盾**（error）报告自身前后不一致，`gongkai check` 以状态 1 结束；",
        "**请核对**（warning）需要人看；**提示**（info）供参考。",
        "一条发现的程度可以比规则所列的轻，不会更重。",
        "",
    ]
    for title, rules in families():
        lines += [f"## {title}", ""]
        for rule in rules:
            lines += [
                f"### `{rule.id}` {rule.name}",
                "",
                f"*{rule.english}* · {WORDS[rule.severity]}",
                "",
                rule.description,
                "",
                f"* 依据：{rule.source}",
                f"* 例：{rule.example}",
                "",
            ]
    lines += [
        "## 口径 Readings",
        "",
        "正文的用词可以有几种意思；数与其中任何一种相符都不算矛盾，结论里写明是哪一种。第一种是通常的意思。",
        "",
    ]
    lines += [f"* {'；'.join(names)}" for names in readings()]
    return "\n".join(lines).rstrip() + "\n"


def readings() -> tuple[tuple[str, ...], ...]:
    """The phrases that can mean more than one thing, each with its meanings, the usual one first."""
    found = {tuple(meaning.name for meaning in phrase.meanings): None for key in FORM_KEYS for phrase in phrases_of(form_of(key))}
    return tuple(names for names in found if len(names) > 1)


def fields() -> tuple[tuple[Metric, str], ...]:
    """Every metric of both forms, with the forms that know it."""
    known: dict[str, tuple[Metric, list[str]]] = {}
    for key in FORM_KEYS:
        for name, metric in metrics_of(form_of(key)).items():
            known.setdefault(name, (metric, []))[1].append(key)
    return tuple((metric, "、".join(forms)) for metric, forms in known.values())


def _family(rule: Rule) -> str:
    return rule.id.partition(".")[0]


def _rank(order: list[str], family: str) -> int:
    return order.index(family) if family in order else len(order)
