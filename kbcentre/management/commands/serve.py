"""manage.py serve [--host 127.0.0.1] [--port 8000] [--no-worker]"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from articles.drafts.rooms import get_rooms
from kbcentre.duties import all_duties
from kbcentre.serving import static_files
from kbcentre.serving.pages import PagePool
from kbcentre.serving.server import GRACE_SECONDS, CannotListen, CentreServer
from kbcentre.worker import Worker
from notifications.hub import get_hub

# The event loop lets go of the interpreter at each write to a socket, and gets it back from a page or a duty that
# computes after so long: with Python's 5 ms, a thousand writes beside one busy duty took seconds.
SWITCH_SECONDS = 0.0005
SLACK = 1024 * 1024  # the other fields and the boundaries of an upload


class Command(BaseCommand):
    help = "Serve the centre: pages, sockets and the worker in one process, until SIGTERM or SIGINT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="the address to listen on (0.0.0.0: all of this machine)"
        )
        parser.add_argument("--port", type=int, default=8000, help="0: a free one")
        parser.add_argument("--no-worker", action="store_true", help="`manage.py worker` runs beside it")

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not prepared for this version: run manage.py migrate first.")
        connection.close()
        sys.setswitchinterval(SWITCH_SECONDS)
        static_files.gather()
        # Only now: whitenoise looks for the files once, when an application is made.
        from kbcentre.asgi import application, is_stream
        from kbcentre.wsgi import application as pages

        worker = None if options["no_worker"] else Worker(all_duties())
        server = CentreServer(
            application,
            PagePool(pages),
            host=options["host"],
            port=options["port"],
            is_stream=is_stream,
            body_limit=body_limit,
        )

        async def stop_drafts() -> None:
            await get_rooms().stop()

        async def stop_hub() -> None:
            await get_hub().stop()

        async def stop_worker() -> None:
            if worker is not None:
                await asyncio.to_thread(worker.stop, GRACE_SECONDS)

        def ready(address: str) -> None:
            settings.SITE_URL = settings.SITE_URL or ("" if settings.HTTPS else address)
            if worker is not None:
                worker.start()
            self.stdout.write(f"kbcentre listens on {address}")
            self.stdout.flush()

        server.loop.call_soon(get_rooms)  # a process in which nobody writes yet hears who writes elsewhere
        server.before_goodbye(stop_drafts)
        server.before_stop(stop_hub)
        server.before_stop(stop_worker)
        try:
            server.run(ready)
        except CannotListen as problem:
            raise CommandError(str(problem)) from None


def body_limit(path: str) -> int:
    """How many bytes a request to a path may bring: archives go to the import page only."""
    if path.startswith("/import"):
        return int(settings.IMPORT_MAX_BYTES) + SLACK
    return max(int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE), int(settings.IMAGE_MAX_BYTES)) + SLACK
