"""manage.py worker"""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from kbcentre.duties import all_duties
from kbcentre.worker import Worker

STOP_SECONDS = 8.0


class Command(BaseCommand):
    help = "Run the readers of the event log alone, for installations with several web processes."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        worker = Worker(all_duties())
        worker.start()
        self.stderr.write("The worker is running.")
        while not stopping.wait(1):
            pass
        worker.stop(STOP_SECONDS)
