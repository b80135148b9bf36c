"""A dispatcher that is killed (-9) again and again while it tells people of many events."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

from tests.services.site import PROJECT, prepared_site

SOAK = """
import django, threading; django.setup()
from notifications.dispatcher import run_once
import time
while True:
    more, _ = run_once()
    if not more: time.sleep(0.01)
"""
HAPPEN = """
import django, sys; django.setup()
from django.db import transaction
from articles import events, documents
from articles.actions import article, category, people, publishing
from notifications.actions import following
admin = people.create_user(None, "root", superuser=True)
people.create_role(None, "readers")
place = category.create_category(admin, "Permits", grants={"readers": ["view"]})
one = article.create_article(admin, place, "Fence", documents.from_markdown("Text.").document)
publishing.publish_article(admin, one.pk)
for number in range(3):
    following.follow(people.create_user(None, f"reader{number}", roles=["readers"]), "all")
from notifications.dispatcher import run_once
while run_once()[0]: pass
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        events.record(admin, events.ArticleArchived(one))
"""
COUNT = """
import django; django.setup()
from django.db.models import Count
from notifications.models import Notification
rows = Notification.objects.filter(kind="article.archived").values_list("recipient").annotate(Count("pk"), Count("event", distinct=True))
print(sorted((told, distinct) for _, told, distinct in rows))
"""


def soak(happenings: int, kills: int) -> str:
    """Kill the dispatcher at random moments while it tells three readers of so many events; what they were told then."""
    with prepared_site() as site:

        def python(code: str, *arguments: str) -> Any:
            return [sys.executable, "-c", code, *arguments], {"cwd": PROJECT, "env": site.environment}

        command, options = python(HAPPEN, str(happenings))
        subprocess.run(command, check=True, **options)
        command, options = python(SOAK)
        for _ in range(kills):
            worker = subprocess.Popen(command, **options)
            time.sleep(random.uniform(0.6, 2.5))
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        worker = subprocess.Popen(command, **options)
        counting, counting_options = python(COUNT)
        deadline, said = time.monotonic() + 240, ""
        try:
            while time.monotonic() < deadline and said != str([(happenings, happenings)] * 3):
                time.sleep(1)
                said = subprocess.run(
                    counting, check=True, capture_output=True, text=True, **counting_options
                ).stdout.strip()
        finally:
            worker.kill()
            worker.wait()
        return said
