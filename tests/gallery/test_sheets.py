"""What articles are made of looks the same wherever it is read: no other part of the product uses its names."""

from __future__ import annotations

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "static" / "src" / "css"
# The classes that documents.render writes (articles/documents/html_*.py).
OF_ARTICLES = ("steps", "callout", "facts", "contact")
MAY_STYLE_THEM = {"prose.css", "print.css", "distinct.css"}


def test_the_names_of_parts_of_an_article_are_not_used_for_anything_else() -> None:
    own = re.compile(rf"(?:^|[{{}};,]\s*)(\.(?:{'|'.join(OF_ARTICLES)})\b(?![-\w])[^{{,]*)", re.MULTILINE)
    found = {
        path.name: rules
        for path in sorted(CSS.rglob("*.css"))
        if path.name not in MAY_STYLE_THEM and (rules := own.findall(path.read_text()))
    }
    assert found == {}, "These rules reach into every article: choose another name"
