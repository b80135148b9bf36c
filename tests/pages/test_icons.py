"""The sprite holds what is drawn, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
SOURCE = PROJECT / "static" / "src"


def drawn() -> set[str]:
    """The names of icons in templates and in the client."""
    templates = "\n".join(path.read_text() for path in (PROJECT / "templates").rglob("*.html"))
    scripts = "\n".join(path.read_text() for path in SOURCE.rglob("*.ts") if "node_modules" not in path.parts)
    python = "\n".join(path.read_text() for app in ("articles", "kbcentre") for path in (PROJECT / app).rglob("*.py"))
    in_templates = re.findall(r"{% icon \"([\w-]+)\"", templates) + re.findall(r"{% icon '([\w-]+)'", templates)
    in_code = re.findall(r"\bicon\(\s*\"([\w-]+)\"", scripts + python) + re.findall(
        r"tool\(\"\w+\", \"([\w-]+)\"", scripts
    )
    return {*in_templates, *in_code}


def test_every_icon_that_is_drawn_is_in_the_sprite_and_none_besides() -> None:
    listed = json.loads((SOURCE / "icons.json").read_text())
    assert listed == sorted(set(listed)), "icons.json is sorted, and names each icon once"
    assert drawn() - set(listed) == set(), "these would be drawn as nothing"
    assert set(listed) - drawn() == set(), "nobody draws these"


def test_the_sprite_is_what_the_list_says_and_carries_its_licence() -> None:
    sprite = (PROJECT / "static" / "dist" / "icons.svg").read_text()
    assert sorted(re.findall(r'<symbol id="([\w-]+)"', sprite)) == json.loads((SOURCE / "icons.json").read_text())
    licences = (PROJECT / "static" / "dist" / "licences.txt").read_text()
    assert "ISC License" in licences
    assert "htmx.org" in licences
