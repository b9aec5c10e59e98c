"""Invented places and agencies at four levels of government; none of them exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from extractor.model import Level, Scope

Kind = Literal["government", "office", "department", "township"]

_FIRST = "云临栖沐岚澜霁砚菱苇槿樾岫漪翎棠筠葭蘅芷"
_LAST = "岫砚樾霁漪篁翎堇榭璟筠葭芷蘅棠漱渚旸峤晖"
_SIDE = "东南西北"
_TOPICS = (
    "教育", "民政", "司法", "财政", "水务", "商务", "审计", "统计", "医疗保障", "自然资源", "生态环境", "住房和城乡建设",
    "交通运输", "农业农村", "卫生健康", "应急管理", "市场监督管理", "城市管理", "人力资源和社会保障", "文化广电旅游", "退役军人事务",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agency:
    """An organ that publishes a report."""

    name: str
    short: str
    """How its reports speak of themselves: 我市, 我局."""
    level: Level
    region: str
    kind: Kind
    scope: Scope
    size: float
    """Applications it receives in a usual year."""

    @property
    def may_make_rules(self) -> bool:
        """Whether it can make 规章 (立法法: departments of the State Council, provinces, cities with districts)."""
        return self.kind == "government" and self.level in ("provincial", "municipal")


@dataclass(frozen=True, slots=True)
class Tree:
    """A government with some of its units."""

    parent: Agency
    units: tuple[Agency, ...]


def invent_tree(rng: np.random.Generator, units: int) -> Tree:
    """A government at a random level with ``units`` of its departments or townships."""
    level: Level = str(rng.choice(["provincial", "municipal", "county", "township"]))  # type: ignore[assignment]
    province = f"{_pick(rng, _FIRST)}{_pick(rng, _SIDE)}省"
    city = f"{_place(rng)}市"
    county = f"{_place(rng)}{rng.choice(['县', '区', '县'])}"
    if level == "provincial":
        return _governed(rng, province, "我省", level, 3000, "厅", units)
    if level == "municipal":
        return _governed(rng, city if rng.random() < 0.7 else province + city, "我市", level, 700, "局", units)
    region = county if rng.random() < 0.5 else city + county
    if level == "county":
        return _governed(rng, region, f"我{region[-1]}", level, 90, "局", units)
    parent = Agency(f"{region}人民政府", f"我{region[-1]}", "county", region, "government", "consolidated", 60)
    towns = tuple(
        Agency(f"{region}{place}人民政府", f"我{place[-1]}", "township", region, "township", "own", float(rng.lognormal(0.6, 1.0)))
        for place in _several(rng, units)
    )
    return Tree(parent, towns)


def _governed(rng: np.random.Generator, region: str, short: str, level: Level, size: float, suffix: str, units: int) -> Tree:
    parent = Agency(f"{region}人民政府", short, level, region, "government", "consolidated", size * float(rng.lognormal(0, 0.5)))
    found = []
    for position, topic in enumerate(rng.permutation(_TOPICS)[:units]):
        office = position == 0 and rng.random() < 0.5
        name = f"{region}人民政府办公{'厅' if suffix == '厅' else '室'}" if office else f"{region}{topic}{suffix}"
        scale = size / 12 * float(rng.lognormal(0, 1.0))
        found.append(Agency(name, "我办" if office else f"我{suffix}", level, region, "office" if office else "department", "own", scale))
    return Tree(parent, tuple(found))


def _pick(rng: np.random.Generator, characters: str) -> str:
    return characters[int(rng.integers(len(characters)))]


def _place(rng: np.random.Generator) -> str:
    first = _pick(rng, _FIRST)
    return first + _pick(rng, _LAST.replace(first, ""))


def _several(rng: np.random.Generator, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{_place(rng)}{rng.choice(['镇', '乡', '街道'])}".replace("街道", "镇")] = None
    return list(names)
