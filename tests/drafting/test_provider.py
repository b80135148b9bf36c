"""The browser's half of the draft, without a browser: its TypeScript in Node, against a server that does as told."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.services.bundle import NODE, SOURCE, install_libraries

TESTS = Path(__file__).resolve().parent


@pytest.mark.parametrize("name", ["provider", "values"])
def test_the_client_loses_nothing_and_says_saved_when_it_is(tmp_path: Path, name: str) -> None:
    install_libraries()
    bundle = tmp_path / f"{name}.test.mjs"
    build = [
        str(NODE), str(SOURCE / "node_modules" / "esbuild" / "bin" / "esbuild"), str(TESTS / f"{name}.test.ts"),
        "--bundle", "--platform=node", "--format=esm", "--external:ws", f"--outfile={bundle}", "--log-level=warning",
    ]  # fmt: skip
    environment = {"NODE_PATH": str(SOURCE / "node_modules")}
    subprocess.run(build, check=True, env=environment, stdin=subprocess.DEVNULL)
    # An import from the bundle is looked for beside it, never in NODE_PATH.
    (tmp_path / "node_modules").symlink_to(SOURCE / "node_modules")
    done = subprocess.run(
        [str(NODE), "--test", "--test-reporter=spec", str(bundle)],
        check=False, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert "pass 0" not in done.stdout
