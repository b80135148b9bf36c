"""Which person each client of a draft is, and who wrote what since the last version."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pycrdt import Doc, Text

from articles import documents
from articles.actions.draft import replace_draft
from articles.actions.publishing import publish_article
from articles.drafts import authors, store
from articles.drafts.state_vectors import decode_state
from articles.models import Article, DraftClient, User
from tests.conftest import MakeArticle
from tests.services.bundle import NODE, SOURCE, install_libraries

HERE = Path(__file__).resolve().parent
SignIn = Callable[[User], Client]


def note(article: Article, doc: Doc, before: bytes, user: User | None) -> None:
    with transaction.atomic():
        authors.note(article.pk, before, doc.get_state(), user)


def typed(doc: Doc, letters: str) -> bytes:
    """Type; gives the state vector before."""
    before = doc.get_state()
    text = doc.get("title", type=Text)
    text += letters
    return before


def noted(article: Article, doc: Doc) -> list[tuple[int, int | None]]:
    rows = DraftClient.objects.filter(draft_id=article.pk, client=doc.client_id).order_by("first_clock")
    return [(row.first_clock, row.user_id) for row in rows]


def test_a_client_is_noted_once_however_often_it_writes(article: Article, alice: User) -> None:
    doc: Doc = Doc()
    for letters in ("abc", "d", "e"):
        note(article, doc, typed(doc, letters), alice)
    note(article, doc, b"\x00", alice)
    assert noted(article, doc) == [(0, alice.pk)]


@pytest.mark.django_db(transaction=True)
def test_what_is_known_already_asks_no_database_and_a_rollback_is_not_remembered(article: Article, alice: User) -> None:
    doc: Doc = Doc()
    before = typed(doc, "abc")
    with transaction.atomic():
        authors.note(article.pk, before, doc.get_state(), alice)
        transaction.set_rollback(True)
    assert noted(article, doc) == []
    note(article, doc, before, alice)
    assert noted(article, doc) == [(0, alice.pk)]
    before = typed(doc, "d")
    with CaptureQueriesContext(connection) as queries:
        authors.note(article.pk, before, doc.get_state(), alice)
    assert len(queries) == 0


def test_nobody_writes_in_the_name_of_another(article: Article, alice: User, admin: User) -> None:
    doc: Doc = Doc()
    note(article, doc, typed(doc, "abc"), alice)
    note(article, doc, typed(doc, "de"), admin)
    note(article, doc, typed(doc, "f"), alice)
    assert noted(article, doc) == [(0, alice.pk), (3, admin.pk), (5, alice.pk)]


def test_a_program_without_a_person_is_noted_as_nobody(article: Article) -> None:
    doc: Doc = Doc()
    note(article, doc, typed(doc, "abc"), None)
    assert noted(article, doc) == [(0, None)]


def test_what_the_server_writes_is_the_acting_persons(article: Article, admin: User) -> None:
    before = decode_state(store.load(article.pk)[0].get_state())
    replace_draft(admin, article.pk, documents.from_markdown("Quite another text.").document)
    new = decode_state(store.load(article.pk)[0].get_state()).keys() - before.keys()
    assert [row.user for row in DraftClient.objects.filter(client__in=new)] == [admin]


def test_the_api_tells_who_wrote_since_the_last_version(
    make_article: MakeArticle, alice: User, admin: User, bob: User, charlie: User, signed_in: SignIn
) -> None:
    article = make_article("Fees", "One.")
    address = f"/api/v1/articles/{article.pk}/draft/authors"
    quiet = signed_in(alice).get(address).json()
    assert quiet["clients"] == {}
    assert quiet["people"] == {}
    replace_draft(admin, article.pk, documents.from_markdown("One, or two.").document)
    replace_draft(alice, article.pk, documents.from_markdown("One, or three.").document)
    told = signed_in(alice).get(address).json()
    since = decode_state(base64.b64decode(told["since"]))
    now = decode_state(store.load(article.pk)[0].get_state())
    assert {int(client) for client in told["clients"]} == now.keys() - since.keys()
    assert {part[1] for parts in told["clients"].values() for part in parts} == {admin.pk, alice.pk}
    person = told["people"][str(alice.pk)]
    assert person == {"id": alice.pk, "name": "Alice Ahlgren", "colour": alice.pk % 8, "written": 4, "deleted": 2}
    publish_article(alice, article.pk)
    assert signed_in(alice).get(address).json()["clients"] == {}
    assert signed_in(bob).get(address).status_code == 403
    assert signed_in(charlie).get(address).status_code == 404


def test_the_browser_finds_the_writer_of_every_character(tmp_path: Path) -> None:
    install_libraries()
    bundle = tmp_path / "passages.test.mjs"
    build = [
        str(NODE), str(SOURCE / "node_modules" / "esbuild" / "bin" / "esbuild"), str(HERE / "passages.test.ts"),
        "--bundle", "--platform=node", "--format=esm", f"--outfile={bundle}", "--log-level=warning",
    ]  # fmt: skip
    environment = {"NODE_PATH": str(SOURCE / "node_modules")}
    subprocess.run(build, check=True, env=environment, stdin=subprocess.DEVNULL)
    done = subprocess.run(
        [str(NODE), "--test", "--test-reporter=spec", str(bundle)],
        check=False, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert "pass 3" in done.stdout
