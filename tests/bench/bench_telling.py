"""How long it takes to decide who is told, and until the bell of the last of a thousand open pages has rung.

    python -m tests.bench telling

Aims: among 2,000 people with 20,000 follows one publication is decided in under a second, with as many questions to the
database as among twenty; the bell is as fast as a push (`python -m tests.bench push`). Then a dispatcher is killed (-9)
at 50 random moments while it tells three people of 500 events: none may be missing, none double.
"""

from __future__ import annotations

import json
import statistics
import time

from kbcentre.serving.server import raise_open_files
from tests.bench.bench_push import crowd, ours
from tests.notifications.soaking import soak
from tests.services.site import prepared_site

PEOPLE, EACH = 2_000, 10
BROWSERS, ROUNDS = 1_000, 5
HAPPENINGS, KILLS = 500, 50

DECIDE = """
import json, time
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from articles import documents
from articles.actions import article, category, people, publishing
from articles.models import Article, User
from notifications import dispatcher, log
from notifications.models import Follow, Notification
from notifications.telling.recipients import decide
admin = people.create_user(None, "admin", superuser=True)
people.create_role(None, "readers")
place = category.create_category(admin, "Permits", grants={{"readers": ["view"], "editor": ["publish"]}})
group = place.access_root.grants.get(permission__codename="view_accessroot").group
made = []
for number in range({each}):
    one = article.create_article(admin, place, f"Article {{number}}", documents.from_markdown("Text.").document)
    publishing.publish_article(admin, one.pk)
    made.append(one.pk)
while dispatcher.run_once()[0]: pass

def measure(count):
    User.objects.filter(username__startswith="reader").delete()
    users = User.objects.bulk_create(User(username=f"reader{{n}}", email=f"r{{n}}@example.org") for n in range(count))
    User.groups.through.objects.bulk_create(User.groups.through(user=one, group=group) for one in users)
    Follow.objects.bulk_create(Follow(user=one, target="article", article_id=pk) for one in users for pk in made)
    publishing.publish_article(admin, made[0])
    told = log.read(log.newest() - 1)[-1]
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        decision = decide(told, timezone.now())
    decided = time.perf_counter() - started
    started = time.perf_counter()
    while dispatcher.run_once()[0]: pass
    whole = time.perf_counter() - started
    return {{"people": count, "told": len(decision.new), "questions": len(asked), "decided": decided, "whole": whole}}

print(json.dumps([measure(20), measure({people})]))
"""
FOLLOW = """
from articles.models import User
from notifications.models import Follow
Follow.objects.bulk_create(
    Follow(user=one, target="article", article_id={article}) for one in User.objects.filter(username__startswith="reader")
)
"""


def deciding() -> None:
    """Print how long one decision takes among few and many; raises when many cost more questions."""
    with prepared_site() as site:
        said = site.manage("shell", "-c", DECIDE.format(people=PEOPLE, each=EACH))
    few, many = json.loads(said.splitlines()[-1])
    for one in (few, many):
        print(
            f"{one['people']:>5} people, {one['people'] * EACH:>6} follows: {one['told']} told, decided in "
            f"{one['decided'] * 1000:.0f} ms with {one['questions']} questions; decided and written in "
            f"{one['whole'] * 1000:.0f} ms",
            flush=True,
        )
    if many["questions"] != few["questions"] or many["told"] != PEOPLE or many["decided"] > 1:
        raise RuntimeError("Deciding is slower than promised.")


def ringing() -> None:
    """Print how long until the bells of all open pages have rung."""
    with ours(BROWSERS) as server:
        server.site.manage("shell", "-c", FOLLOW.format(article=server.people["article"]))
        with crowd(server.port, "/ws/events/", server.people["tokens"]) as pages:
            time.sleep(4)
            took = []
            for _ in range(ROUNDS):
                pages.ask({"expect": 2})  # the publication, and the bell
                server.publish()
                last = pages.everybody_got(2, BROWSERS)
                took.append((last - server.committed()) / 1e6)
                time.sleep(2)
    print(
        f"{BROWSERS:>5} bells rang {statistics.median(took):.0f} ms after the commit (best {min(took):.0f})", flush=True
    )


def main() -> int:
    """Measure and print. Gives 0; raises when a promise is not kept."""
    raise_open_files()
    deciding()
    ringing()
    said = soak(HAPPENINGS, KILLS)
    print(
        f"{KILLS} times killed during {HAPPENINGS} events: told, and different ones, of each person {said}", flush=True
    )
    if said != str([(HAPPENINGS, HAPPENINGS)] * 3):
        raise RuntimeError("Something was lost or told twice.")
    return 0
