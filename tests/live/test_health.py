"""What load balancers and monitoring are told, without signing in."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import EventReader
from articles.search import Indexer
from kbcentre import health
from kbcentre.duties import OUTWARD
from tests.live.clients import Visitor
from tests.live.conftest import Centre


def test_a_running_centre_is_ready(centre: Centre) -> None:
    until = time.monotonic() + 30
    while (answer := Visitor(centre.site.url).request("GET", "/readyz")).status != 200:
        assert time.monotonic() < until, answer.body
        time.sleep(0.5)
    assert answer.json() == {"ready": True, "database": "ok", "migrations": "ok", "index": "ok", "worker": "ok"}
    assert Visitor(centre.site.url).request("GET", "/healthz").body == b"ok\n"


@pytest.fixture
def working(db: None) -> None:
    """Everything is as it should be."""
    Indexer().run_once()
    EventReader.objects.create(name="indexer@here", seen_at=timezone.now())


def test_it_is_ready_when_every_part_is(working: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, json.loads(answer.content)["ready"]) == (200, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seen_at": timezone.now() - timedelta(seconds=300)}, "indexer was not seen for "),
        ({"failures": 3}, "indexer failed 3 times in a row"),
    ],
)
def test_a_worker_that_is_silent_or_fails_is_not_ready(
    working: None, client: Client, change: dict[str, object], said: str
) -> None:
    EventReader.objects.update(**change)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["worker"].startswith(said)


@pytest.mark.parametrize("duty", sorted(OUTWARD))
def test_a_mail_server_that_does_not_answer_takes_no_page_away(working: None, client: Client, duty: str) -> None:
    reader = EventReader.objects.create(name=f"{duty}@here", seen_at=timezone.now(), failures=4)
    assert client.get("/readyz").status_code == 200
    reader.seen_at -= timedelta(seconds=300)
    reader.save()
    assert client.get("/readyz").status_code == 503, "a worker that hangs is another matter"


def test_one_machine_that_works_is_enough(working: None, client: Client) -> None:
    EventReader.objects.create(name="indexer@gone", seen_at=timezone.now() - timedelta(hours=5), failures=2)
    assert client.get("/readyz").status_code == 200


def test_without_a_worker_it_is_not_ready_but_alive(db: None, client: Client) -> None:
    Indexer().run_once()
    assert json.loads(client.get("/readyz").content)["worker"] == "not seen yet"
    assert client.get("/healthz").status_code == 200


def test_a_part_that_breaks_does_not_break_the_answer(
    working: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OSError("secret path /etc/x")

    monkeypatch.setitem(health.CHECKS, "index", broken)
    answer = client.get("/readyz")
    assert json.loads(answer.content)["index"] == "does not answer"
    assert b"secret" not in answer.content
