"""A worker that is killed (-9) again and again, at random moments, while events happen and it tells people of them.

All runs in one process of its own (`SOAK`), which forks the worker: so a killed worker has read its code already, and
the moments fall into its work and not into its start. The readers want mail at once, and the six hours and the cap of
the day are lifted, so that much is sent while the worker is killed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from tests.notifications.smtp import mail_server
from tests.services.site import PROJECT, prepared_site

READERS = 3
SOAK = """
import django, json, os, random, signal, sys, threading, time; django.setup()
from dataclasses import replace
from datetime import timedelta
from django.utils import timezone
from django.db import connections, transaction
from django.db.models import Count
from articles import documents, events
from articles.actions import article, category, people, publishing
from kbcentre.duties import all_duties
from kbcentre.worker import Worker
from notifications import log
from notifications.actions import choosing, following
from notifications.channels import email
from notifications.dispatcher import cursor, run_once
from notifications.models import Delivery, Notification

email.APART, email._mails_today = timedelta(0), lambda user, now: 0

happenings, kills, readers = map(int, sys.argv[1:])
admin = people.create_user(None, "root", superuser=True)
people.create_role(None, "readers")
place = category.create_category(admin, "Permits", grants={"readers": ["view"]})
one = article.create_article(admin, place, "Fence", documents.from_markdown("Text.").document)
publishing.publish_article(admin, one.pk)
for number in range(readers):
    reader = people.create_user(None, f"reader{number}", roles=["readers"], email=f"reader{number}@example.org")
    following.follow(reader, "all")
    choosing.change_settings(reader, matrix={"article.archived": {"email": "now"}, "article.published": {"email": "off"}})
while run_once()[0]:
    pass
began = log.newest()

def start_worker():
    reading, writing = os.pipe()
    connections.close_all()
    pid = os.fork()
    if pid:
        os.close(writing)
        assert os.read(reading, 1)
        os.close(reading)
        return pid
    try:  # without Redis no nudge comes from the other process: so it looks all the time
        often = ("notifications", "mail")
        Worker([replace(one, every=0.01) if one.name in often else one for one in all_duties()]).start()
        os.write(writing, b"!")
        while True:
            time.sleep(60)
    finally:
        os._exit(1)

def happen(count):
    for _ in range(count):
        with transaction.atomic():
            events.record(admin, events.ArticleArchived(one))

def kill(pid, before, seconds, working):
    while working and cursor() == before:  # every second time it is killed while it works for certain
        time.sleep(0.001)
    connections.close_all()
    time.sleep(random.uniform(0, seconds))
    os.kill(pid, signal.SIGKILL)

took, worked, interrupted = 0.1, 0, 0
for turn in range(kills):
    before, working = cursor(), turn % 2 == 1
    pid = start_worker()
    killer = threading.Thread(target=kill, args=(pid, before, took / 10 if working else took * 1.5, working))
    started = time.monotonic()
    killer.start()
    happen(happenings // kills + (turn < happenings % kills))
    took = time.monotonic() - started
    killer.join()
    os.waitpid(pid, 0)
    worked += before < cursor()
    interrupted += before < cursor() < log.newest()
pid = start_worker()
until = time.monotonic() + 240
while cursor() < log.newest() and time.monotonic() < until:
    time.sleep(0.1)
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
Delivery.objects.filter(state="waiting").update(due_at=timezone.now(), claimed_until=None)
while email.send_due():
    pass
sent = Delivery.objects.filter(state="sent")
mailed = Delivery.objects.values_list("recipient").annotate(Count("pk")).values_list("pk__count", flat=True)
rows = Notification.objects.filter(kind="article.archived", event__gt=began).values_list("recipient")
told = rows.annotate(Count("pk"), Count("event", distinct=True)).values_list("recipient", "pk__count", "event__count")
print(json.dumps({
    "told": [list(counts) for _, *counts in told], "worked": worked, "interrupted": interrupted,
    "mailed": list(mailed), "unsent": Delivery.objects.exclude(state="sent").count(),
    "letters_noted": sent.values("recipient", "sent_at").distinct().count(),
}))
"""


@dataclass(frozen=True)
class Soaked:
    """`told`: for each reader how many notifications there are, and of how many different events; `worked`: how many
    workers had told something before they were killed; `interrupted`: how many of those had not come to the end.

    `mailed`: for each reader how many notifications were to be mailed; `unsent`: how many of all of them were not;
    `letters_noted`: in how many letters they are noted as sent, and `letters`: how many arrived. Who is killed between
    the answer of the mail server and the note of it repeats that letter: nothing can tell.
    """

    told: list[list[int]]
    worked: int
    interrupted: int
    mailed: list[int]
    unsent: int
    letters_noted: int
    letters: int


def soak(happenings: int, kills: int) -> Soaked:
    """Kill the worker so many times while so many events happen that three readers are told of."""
    with prepared_site() as site, mail_server() as sink:
        command = [sys.executable, "-c", SOAK, str(happenings), str(kills), str(READERS)]
        environment = {**site.environment, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        done = subprocess.run(
            command, check=True, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, timeout=600
        )
        return Soaked(**json.loads(done.stdout.splitlines()[-1]), letters=len(sink.letters))
