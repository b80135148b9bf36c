"""What became of each file: rows for people and for machines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

IMPORTED, UPDATED, UNCHANGED = "imported", "updated", "unchanged"
CONFLICT, SKIPPED, FAILED = "conflict", "skipped", "failed"
OUTCOMES = (IMPORTED, UPDATED, UNCHANGED, CONFLICT, SKIPPED, FAILED)
LABELS = {
    IMPORTED: _("imported"),
    UPDATED: _("updated"),
    UNCHANGED: _("unchanged"),
    CONFLICT: _("changed here"),
    SKIPPED: _("skipped"),
    FAILED: _("failed"),
}
_NAMES = re.compile(r"“[^”]*”(?:, “[^”]*”)*|\b\d+\b")


@dataclass
class Row:
    """One file: `losses` are sentences about what was lost on the way, `error` the reason of what did not happen."""

    path: str
    outcome: str
    article: int | None = None
    title: str = ""
    losses: list[str] = field(default_factory=list)
    error: str = ""


@dataclass
class Report:
    """All files of an import, in the order of their paths."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # about the import as a whole

    @property
    def counts(self) -> dict[str, int]:
        """How many files had each outcome, in the order of OUTCOMES, without those that none had."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES if found[outcome]}

    @property
    def succeeded(self) -> bool:
        """Whether the centre now has (or had already) at least one article of the source."""
        return any(row.outcome in (IMPORTED, UPDATED, UNCHANGED) for row in self.rows)

    def losses_by_kind(self) -> list[tuple[str, int]]:
        """Sentences without what they name, and in how many files they were told; the most frequent first."""
        kinds = Counter(kind for row in self.rows for kind in {_NAMES.sub("…", loss) for loss in row.losses})
        return kinds.most_common()

    def as_data(self) -> dict[str, Any]:
        """The report as JSON-ready data."""
        return {"counts": self.counts, "notes": self.notes, "files": [asdict(row) for row in self.rows]}


def lines(report: Report) -> Iterator[str]:
    """The report as a table for a terminal."""
    labels = {outcome: str(label) for outcome, label in LABELS.items()}
    width = max(map(len, labels.values()))
    for row in report.rows:
        about = row.title if row.outcome not in (FAILED, SKIPPED, CONFLICT) else ""
        number = f" [{row.article}]" if row.article else ""
        yield f"{labels[row.outcome]:<{width}}  {row.path}{number}" + (f"  {about}" if about else "")
        for sentence in [*([row.error] if row.error else []), *(row.losses if row.outcome != UNCHANGED else [])]:
            yield f"{'':<{width}}    {sentence}"
    yield ""
    for kind, count in report.losses_by_kind():
        yield f"{count:>6} × {kind}"
    if report.losses_by_kind():
        yield ""
    yield from report.notes
    yield ", ".join(f"{count} {labels[outcome]}" for outcome, count in report.counts.items()) or str(
        _("No files found.")
    )
