"""y-websocket's own client, from npm, joins a draft: nothing but its protocol and a session is needed."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.live.conftest import Centre
from tests.services.bundle import NODE, SOURCE, install_libraries

SCRIPT = Path(__file__).resolve().parent / "y_websocket.mjs"


def test_two_clients_of_y_websocket_write_in_one_draft(centre: Centre) -> None:
    install_libraries()
    article = centre.new_article("Fee")
    name = centre.erik.api("GET", "me")["name"]
    order = {
        "folder": str(SOURCE),
        "url": f"{centre.site.url.replace('http', 'ws', 1)}/ws/articles/{article}",
        "cookie": centre.erik.headers()["Cookie"],
    }
    ran = subprocess.run(
        [str(NODE), str(SCRIPT), json.dumps(order)],
        input="end\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "synced": "<paragraph>Fee</paragraph>", "arrived": True, "title": True, "names": [name], "gone": True,
        "merged": True,
    }  # fmt: skip
    draft = centre.admin.api("GET", f"articles/{article}/draft")
    assert draft["text"].strip() == "Offline. Fee 745 kr"
