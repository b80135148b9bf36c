"""The tokens keep their promise on every surface: AA as the page is, AAA for those who want more contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "src" / "css"
TOKEN = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
SURFACES = ("page", "panel", "raised", "sunken")
INKS = ("ink", "ink-2", "ink-3", "accent", "ok", "warn", "danger")
SOFT = {"accent": "accent-soft", "ok": "ok-soft", "warn": "warn-soft", "danger": "danger-soft"}
THEMES = ("light", "dark")


def tokens(css: str) -> dict[str, dict[str, str]]:
    found = TOKEN.findall(css)
    return {"light": {name: light for name, light, _ in found}, "dark": {name: dark for name, _, dark in found}}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of sRGB."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def faults(colours: dict[str, str], least: float) -> list[str]:
    pairs = [(ink, surface) for ink in INKS for surface in SURFACES]
    pairs += [*SOFT.items(), *((ink, soft) for ink in ("ink", "ink-2") for soft in SOFT.values()), ("ink", "changed")]
    weak = [
        f"{a} on {b}: {contrast(colours[a], colours[b]):.2f}"
        for a, b in pairs
        if contrast(colours[a], colours[b]) < least
    ]
    white = contrast("#ffffff", colours["accent-fill"])
    return weak + ([f"white on accent-fill: {white:.2f}"] if white < least else [])


@pytest.mark.parametrize("theme", THEMES)
def test_every_ink_is_readable_on_every_surface(theme: str) -> None:
    assert faults(tokens((CSS / "tokens.css").read_text())[theme], 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_with_more_contrast_everything_has_seven_to_one_and_lines_have_four_and_a_half(theme: str) -> None:
    media, chosen = blocks()
    colours = tokens(chosen)[theme]
    assert faults(colours, 7) == []
    assert [s for s in SURFACES if contrast(colours["line"], colours[s]) < 4.5] == []
    assert tokens(media) == tokens(chosen)


def blocks() -> tuple[str, str]:
    """What holds when the system asks for more contrast, and when the person has chosen it."""
    media, chosen = (CSS / "contrast.css").read_text().split(':root[data-theme^="contrast"]', 1)
    return media, chosen
