"""Charts as inline SVG: they follow the theme, carry their numbers as text, and need nothing from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 460, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 18, 14, 30
COLOURS = ("var(--gk-c1)", "var(--gk-c2)", "var(--gk-c3)", "var(--gk-c4)", "var(--gk-c5)", "var(--gk-c6)")
"""Told apart by lightness too, so that they work without colour vision; six outcomes are the most there are."""


@dataclass(frozen=True, slots=True)
class Series:
    """A name with one value for each place on the axis; None where there is none."""

    name: str
    values: tuple[float | None, ...]
    colour: int | None = None
    """Place among ``COLOURS``, so that one thing has one colour in every chart; by default its place among its neighbours."""

    def painted(self, number: int) -> str:
        """Its colour, when it is the series of this number."""
        return COLOURS[(number if self.colour is None else self.colour) % len(COLOURS)]


def lines(labels: Sequence[str], series: Sequence[Series], *, title: str, percent: bool = False) -> Markup:
    """A line for each series over the labels."""
    known = [value for one in series for value in one.values if value is not None]
    if not known or len(labels) < 2:
        return Markup("")
    top = _round_up(max(known))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    parts = [_axis(top, percent), *_labels([(LEFT + place * step, label) for place, label in enumerate(labels)])]
    for number, one in enumerate(series):
        points = [(LEFT + place * step, _y(value, top)) for place, value in enumerate(one.values) if value is not None]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{one.painted(number)}" stroke-width="2.5" stroke-linejoin="round"/>')
        for place, value in enumerate(one.values):
            if value is not None:
                x, y = LEFT + place * step, _y(value, top)
                tip = escape(f"{one.name} {labels[place]}：{_shown(value, percent)}")
                parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{one.painted(number)}"><title>{tip}</title></circle>')
    return _figure(title, parts, series)


def stacks(labels: Sequence[str], series: Sequence[Series], *, title: str) -> Markup:
    """A bar for each label, made of the series' shares of its whole."""
    wholes = [sum(one.values[place] or 0 for one in series) for place in range(len(labels))]
    if not any(wholes):
        return Markup("")
    left = _room(labels)
    row, bar, right = 30, 18, 46
    height = len(labels) * row + 8
    parts = []
    for place, label in enumerate(labels):
        y = place * row + 6
        parts.append(_name(label, left, y + 13))
        x = float(left)
        for number, one in enumerate(series):
            value = one.values[place] or 0
            if not value:
                continue
            wide = (WIDTH - left - right) * value / wholes[place]
            tip = escape(f"{label} {one.name}：{value:g}（{value / wholes[place]:.1%}）")
            size = f'x="{x:.1f}" y="{y}" width="{max(wide - 1, 0.5):.1f}" height="{bar}"'
            parts.append(f'<rect {size} rx="2" fill="{one.painted(number)}"><title>{tip}</title></rect>')
            x += wide
        parts.append(f'<text x="{WIDTH - right + 8}" y="{y + 13}" class="gk-tick">{wholes[place]:g}</text>')
    return _figure(title, parts, series, height)


def bars(labels: Sequence[str], series: Sequence[Series], *, title: str, percent: bool = False) -> Markup:
    """A group of bars for each label, one for each series, with their numbers."""
    known = [value for one in series for value in one.values if value is not None]
    if not known:
        return Markup("")
    top, left = max(known) or 1.0, _room(labels)
    bar = 13
    row = bar * len(series) + 12
    parts = []
    for place, label in enumerate(labels):
        y = place * row + 4
        parts.append(_name(label, left, y + bar * len(series) / 2 + 4))
        for number, one in enumerate(series):
            value, at = one.values[place], y + bar * number
            if value is None:
                continue
            wide = max((WIDTH - left - 56) * value / top, 1)
            tip = escape(f"{label} {one.name}：{_shown(value, percent)}")
            size = f'x="{left}" y="{at}" width="{wide:.1f}" height="{bar - 2}"'
            parts.append(f'<rect {size} rx="2" fill="{one.painted(number)}"><title>{tip}</title></rect>')
            parts.append(f'<text x="{left + wide + 5:.1f}" y="{at + bar - 3}" class="gk-tick">{_shown(value, percent)}</text>')
    return _figure(title, parts, series, len(labels) * row + 4)


def _room(labels: Sequence[str]) -> int:
    """Width for the names of bars: they share the drawing with the bars."""
    return min(170, 16 + 13 * max(len(label) for label in labels))


def _name(label: str, left: float, y: float) -> str:
    short = label if len(label) <= 11 else label[:10] + "…"
    return f'<text x="{left - 8}" y="{y}" text-anchor="end" class="gk-tick">{escape(short)}<title>{escape(label)}</title></text>'


def _figure(title: str, parts: Sequence[str], series: Sequence[Series], height: int = HEIGHT) -> Markup:
    keys = "".join(
        f'<li><span style="background:{one.painted(number)}"></span>{escape(one.name)}</li>' for number, one in enumerate(series)
    )
    drawing = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    return Markup(f'<figure class="gk-chart"><figcaption>{escape(title)}</figcaption>{drawing}<ul class="gk-keys">{keys}</ul></figure>')


def _axis(top: float, percent: bool) -> str:
    parts = []
    for share in (0, 0.5, 1):
        y = _y(top * share, top)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="gk-rule"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" class="gk-tick">{_shown(top * share, percent)}</text>')
    return "".join(parts)


def _labels(places: Sequence[tuple[float, str]]) -> list[str]:
    every = max(1, len(places) // 10)
    return [
        f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle" class="gk-tick">{escape(label)}</text>'
        for number, (x, label) in enumerate(places)
        if number % every == 0
    ]


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _shown(value: float, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _round_up(value: float) -> float:
    """The next 1, 2, 2.5, 4, 5, 8 or 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0
    while power < value:
        power *= 10
    while power / 10 >= value:
        power /= 10
    return next(power / 10 * step for step in (1, 2, 2.5, 4, 5, 8, 10) if power / 10 * step >= value)
