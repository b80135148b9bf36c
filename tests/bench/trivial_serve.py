"""The trivial page in the web server of `manage.py serve`: what one process of it can answer at the most.

python -m tests.bench.trivial_serve PORT
"""

from __future__ import annotations

import sys

from tests.bench.trivial import application  # Django is set up by it


async def _nothing(*_: object) -> None:
    """There are no sockets."""


def main() -> None:
    """Serve it on a port of this machine until SIGTERM."""
    from kbcentre.management.commands.serve import SWITCH_SECONDS
    from kbcentre.serving.pages import PagePool
    from kbcentre.serving.server import CentreServer

    sys.setswitchinterval(SWITCH_SECONDS)
    server = CentreServer(
        _nothing,
        PagePool(application),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        is_stream=lambda _path: False,
        body_limit=lambda _path: 1_000_000,
    )
    server.run(lambda _address: None)


if __name__ == "__main__":
    main()
