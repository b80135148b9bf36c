"""Charts as SVG, drawn on the server: figures that a person would rather look at than a table.

Colours and type come from the style sheet (`static/src/css/parts/insights.css`); the numbers stand in a table beside
each chart, so to those who listen a chart is one picture with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 52, 8, 14, 26


@dataclass(frozen=True)
class Series:
    """A name, a look ("a", "b": see the style sheet), and a value for each place; None is a gap."""

    name: str
    look: str
    values: Sequence[float | None]


def number(value: float) -> str:
    """A value of an axis, without a unit."""
    return f"{value:g}"


def nice_top(most: float) -> float:
    """The end of an axis that holds `most`: 1, 2, 4, 5 or 8 times a power of ten, so that its quarters are round."""
    if most <= 4:
        return 4
    power = 1.0
    while power * 10 <= most:
        power *= 10
    return next(power * step for step in (1, 2, 4, 5, 8, 10) if power * step >= most)


def bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Bars beside each other for each label."""
    frame = _Frame(title, labels, series)
    wide = frame.step * 0.72 / len(series)
    parts = []
    for place, one in enumerate(series):
        for number, value in enumerate(one.values):
            if value:
                x = frame.middle(number) - frame.step * 0.36 + place * wide
                y, floor = frame.y(value), frame.y(0)
                parts.append(
                    f'<rect class="bar {one.look}" x="{x:.1f}" y="{y:.1f}" width="{max(wide - 1.5, 1):.1f}" '
                    f'height="{max(floor - y, 1):.1f}" rx="2"/>'
                )
    return frame.drawn("".join(parts))


def lines(
    title: str, labels: Sequence[str], series: Sequence[Series], said: Callable[[float], str] = number
) -> SafeString:
    """A line for each series; a gap stays one, and a value between gaps is a point.

    The first lies above the others, whose points are wider: where they have the same values, all are seen.
    """
    frame = _Frame(title, labels, series, said)
    parts = []
    for place, one in reversed(list(enumerate(series))):
        run: list[str] = []
        for at, value in [*enumerate(one.values), (len(one.values), None)]:
            if value is None:
                if len(run) > 1:
                    parts.append(f'<polyline class="line {one.look}" points="{" ".join(run)}"/>')
                run = []
                continue
            x, y = frame.middle(at), frame.y(value)
            run.append(f"{x:.1f},{y:.1f}")
            parts.append(f'<circle class="dot {one.look}" cx="{x:.1f}" cy="{y:.1f}" r="{5.5 if place else 3.5}"/>')
    return frame.drawn("".join(parts))


class _Frame:
    """Axes, grid and labels."""

    def __init__(
        self,
        title: str,
        labels: Sequence[str],
        series: Sequence[Series],
        said: Callable[[float], str] = number,
    ) -> None:
        self.title, self.labels, self.said = title, labels, said
        self.top = nice_top(max((value or 0 for one in series for value in one.values), default=0))
        self.step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)

    def middle(self, number: int) -> float:
        return LEFT + self.step * (number + 0.5)

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / self.top)

    def drawn(self, inside: str) -> SafeString:
        parts = [f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.title)}">']
        for quarter in range(5):
            value = self.top * quarter / 4
            y = self.y(value)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="tick end" x="{LEFT - 6}" y="{y + 4:.1f}">{escape(self.said(value))}</text>')
        parts.append(inside)
        every = max(1, -(-len(self.labels) // 6))
        for number, label in enumerate(self.labels):
            if (len(self.labels) - 1 - number) % every == 0:
                parts.append(
                    f'<text class="tick" x="{self.middle(number):.1f}" y="{HEIGHT - 6}">{escape(label)}</text>'
                )
        parts.append("</svg>")
        return mark_safe("".join(parts))  # noqa: S308 -- numbers of ours, and labels that are escaped above
