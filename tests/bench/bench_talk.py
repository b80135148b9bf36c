"""What 200 flags and 5,000 comments cost the desk and the page of an article, beside a centre without any.

    python -m tests.bench talk

Aim: not more than 1.5 times the empty case, both when a page is asked for again and when it is drawn anew because
something has happened: the desk after a change of one flag, which the empty desk has too. Gives 1 above the aim.
In this process with Django's test client, so that nothing but the pages is measured.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from collections.abc import Callable

AIM = 1.5
TIMES = 40


def main() -> int:
    """Prints a line for each page."""
    from tests.services.site import prepared_site

    with prepared_site() as site:
        import os

        os.environ.update(site.environment)
        import django

        django.setup()
        return _measure()


def _measure() -> int:
    from django.conf import settings
    from django.test import Client

    from articles import documents
    from articles.actions.answering import change_flag
    from articles.actions.article import create_article
    from articles.actions.category import create_category
    from articles.actions.commenting import add_comment
    from articles.actions.flagging import raise_flag
    from articles.actions.people import create_user
    from articles.actions.publishing import publish_article
    from articles.models import User
    from tests.bench.talk import comment, flag

    settings.ALLOWED_HOSTS = ["*"]
    admin = create_user(None, "admin", superuser=True)
    reader, manager = create_user(None, "reader"), create_user(None, "manager", roles=["manager"])
    category = create_category(admin, "Permits", grants={"everyone": ["view"]})
    text = "\n\n".join(f"## Part {number}\n\nA permit costs **745 kr**, part {number}." for number in range(20))
    full, bare, other = (
        create_article(admin, category, title, documents.from_markdown(text).document) for title in "ABC"
    )
    for article in (full, bare, other):
        publish_article(admin, article.pk)
    worked_on = raise_flag(reader, other.pk, "unclear", "normal", "Which height is meant?")
    severities = itertools.cycle(("low", "normal"))

    def time_of(person: User, address: str, before: Callable[[], object] | None = None) -> float:
        client, taken = Client(), []
        client.force_login(person)
        for _ in range(TIMES):
            if before is not None:
                before()
            began = time.perf_counter()
            answer = client.get(address, follow=True)
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200, address
        return statistics.median(taken) * 1000

    def say(article_id: int) -> Callable[[], object]:
        return lambda: add_comment(admin, article_id, "Once more.")

    def work() -> object:
        return change_flag(manager, worked_on.pk, severity=next(severities))

    def measure(article_id: int) -> dict[str, float]:
        return {
            "article, again": time_of(reader, f"/articles/{article_id}/"),
            "article, anew": time_of(reader, f"/articles/{article_id}/", say(article_id)),
            "board, again": time_of(manager, "/flags/?show=all"),
            "board, anew": time_of(manager, "/flags/?show=all", work),
            "list, again": time_of(manager, "/flags/?show=all&view=list"),
            "list, anew": time_of(manager, "/flags/?show=all&view=list", work),
        }

    empty = measure(bare.pk)
    flag(full, reader, manager, 200)
    comment(full, [reader, manager], 5_000)
    many = measure(full.pk)
    print(f"{'page':18} {'empty, ms':>9} {'many, ms':>9} {'×':>6}   aim {AIM}")
    for name, first in empty.items():
        print(f"{name:18} {first:9.1f} {many[name]:9.1f} {many[name] / first:6.2f}")
    return int(any(many[name] > AIM * first for name, first in empty.items()))


if __name__ == "__main__":
    sys.exit(main())
