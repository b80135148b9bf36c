"""docs/notifications.md is made from the table of kinds: `python -m tests.notifications.table` writes it."""

from __future__ import annotations

import os
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs" / "notifications.md"
BEGIN, END = "<!-- the table begins -->\n", "<!-- the table ends -->\n"


def lines() -> str:
    """The table, in English, as Markdown: every kind of event, also those that tell nobody."""
    from django.utils.translation import override

    from articles.events import KINDS
    from notifications.telling.kinds import TABLE

    rows = ["| kind | who is told | inbox | desktop | e-mail |", "|---|---|---|---|---|"]
    with override("en"):
        for kind in sorted(KINDS):
            one = TABLE.get(kind)
            if one is None:
                rows.append(f"| `{kind}` | nobody | | | |")
            else:
                who = "; ".join(str(rule.name) for rule in one.who)
                rows.append(f"| `{kind}` | {who} | {one.inbox.value} | {one.desktop.value} | {one.email.value} |")
    return "\n".join(rows) + "\n"


def written() -> str:
    """The whole page as it should be."""
    before, _begin, rest = DOCS.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    return f"{before}{BEGIN}{lines()}{END}{after}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    DOCS.write_text(written())
