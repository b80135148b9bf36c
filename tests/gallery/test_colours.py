"""The tokens keep their promise on every surface: AA as the page is, AAA for those who want more contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "src" / "css"
PAIR = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"
TOKEN = re.compile(rf"--([a-z0-9-]+):\s*var\(--soft, {PAIR}\) var\(--stark, {PAIR}\);")
SURFACES = ("page", "panel", "raised", "sunken")
INKS = ("ink", "ink-2", "ink-3", "accent", "ok", "warn", "danger", "inner")
SOFT = {"accent": "accent-soft", "ok": "ok-soft", "warn": "warn-soft", "danger": "danger-soft", "inner": "inner-soft"}
THEMES = ("light", "dark")


def tokens(strength: str) -> dict[str, dict[str, str]]:
    """The colours of each theme, "soft" as they are or "stark" for those who want more contrast."""
    at = {"soft": 1, "stark": 3}[strength]
    found = TOKEN.findall((CSS / "tokens.css").read_text())
    return {theme: {one[0]: one[at + which] for one in found} for which, theme in enumerate(THEMES)}


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
    assert faults(tokens("soft")[theme], 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_with_more_contrast_everything_has_seven_to_one_and_lines_have_four_and_a_half(theme: str) -> None:
    colours = tokens("stark")[theme]
    assert faults(colours, 7) == []
    assert [s for s in SURFACES if contrast(colours["line"], colours[s]) < 4.5] == []


def test_every_colour_of_the_tokens_has_a_stark_value_too() -> None:
    sheet = (CSS / "tokens.css").read_text()
    plain = re.findall(rf"--([a-z0-9-]+):\s*{PAIR}", sheet)
    assert plain == [], "written with one strength only"


def test_the_system_and_the_person_switch_the_same() -> None:
    """Each of the two says one name `initial` and the other empty, and nothing else."""
    switches = re.findall(r"\{ (--soft: [a-z]*;) (--stark: [a-z]*;) \}", (CSS / "contrast.css").read_text())
    assert switches == [("--soft: initial;", "--stark: ;"), *2 * [("--soft: ;", "--stark: initial;")]]
