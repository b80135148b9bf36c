"""Ten editors in one draft for three minutes while everything fails: is every acknowledged character there?

    python -m tests.bench torture

Two server processes on PostgreSQL and Redis; one of them is killed (-9) every 15 s and started again; sockets break at
random, browsers are offline for a while and type on; half of what the processes tell each other is dropped. In the end
all clients, the log and a fresh reader must have the same text, with every character in it once.
"""

from __future__ import annotations

import asyncio
import json
import os

from tests.drafts.test_torture import SETTINGS
from tests.drafts.torture import torture
from tests.live.clients import Visitor
from tests.services.postgres import postgres_server
from tests.services.redis import redis_server
from tests.services.site import running_site

EDITORS = 10
SECONDS = 180.0
KILL_EVERY = 15.0
POPULATE = """
import json
from articles import documents
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_user, create_api_token
admin = create_user(None, "admin", superuser=True)
category = create_category(admin, "Permits", grants={{"editor": ["publish"]}})
people = [create_user(None, f"editor{{n}}", first_name=f"Editor {{n}}", roles=["editor"]) for n in range({people})]
article = create_article(admin, category, "Together", documents.from_markdown("").document)
print(json.dumps({{"article": article.pk, "tokens": [create_api_token(person) for person in people]}}))
"""


def main() -> int:
    """Torture and print. Gives 0; raises when a character was lost or doubled, or somebody does not agree."""
    with postgres_server() as url, redis_server() as redis:
        os.environ["DATABASE_URL"] = url  # where `running_site` makes its database
        with running_site(environment={"REDIS_URL": redis, **SETTINGS}, processes=2) as site:
            known = json.loads(site.manage("shell", "-c", POPULATE.format(people=EDITORS)).splitlines()[-1])
            people = [[Visitor(process.url, token=token) for process in site.processes] for token in known["tokens"]]
            report = asyncio.run(
                torture(site, people, known["article"], seconds=SECONDS, kill_every=KILL_EVERY, say=print)
            )
            count = f"from articles.models import Draft; print(Draft.objects.get(pk={known['article']}).seq)"
            rows = site.manage("shell", "-c", count).splitlines()[-1]
    print(
        f"{EDITORS} editors typed {report.typed} characters in {SECONDS:.0f} s through {report.kills} kills and "
        f"{report.breaks} broken connections: all there, once each ({report.safe} were acknowledged when it ended); "
        f"everybody agreed {report.seconds_to_agree:.1f} s later; {rows} updates in the log",
        flush=True,
    )
    return 0
