"""The editor's schema is schema.json, node for node: what one writes the other reads."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.services.bundle import BUILT, NODE

SCHEMA = Path(__file__).resolve().parents[2] / "articles" / "documents" / "schema.json"
EXPORT = "const { exportSchema } = await import(process.argv[1]); console.log(JSON.stringify(exportSchema()))"


def exported() -> dict[str, Any]:
    """The schema of the bundle that is committed."""
    said = subprocess.run(
        [str(NODE), "--no-warnings", "--input-type=module", "--eval", EXPORT, (BUILT / "editor.js").as_uri()],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    schema: dict[str, Any] = json.loads(said.stdout)
    return schema


def test_the_editor_knows_the_same_nodes_and_marks_in_the_same_order_as_the_server() -> None:
    schema, written = exported(), json.loads(SCHEMA.read_text())
    assert schema["topNode"] == written["topNode"]
    for kind in ("nodes", "marks"):
        assert [name for name, _ in schema[kind]] == [name for name, _ in written[kind]]
        assert dict(schema[kind]) == dict(written[kind])
