"""Words that find each other: managers keep them on a page, and searches use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from articles.actions.synonym import save_synonyms
from articles.models import Event, SynonymGroup, User

SignIn = Callable[[User], Client]


@pytest.fixture
def client(mary: User, signed_in: SignIn) -> Client:
    return signed_in(mary)


def test_a_manager_adds_changes_and_removes_words(client: Client) -> None:
    assert client.post("/synonyms/", {"words": "Bin,  bucket ,bin", "language": "en"}).status_code == 302
    group = SynonymGroup.objects.get()
    assert (group.words, group.language) == ("bin, bucket", "en")
    opened = client.get(f"/synonyms/?group={group.pk}").content.decode()
    assert 'value="bin, bucket"' in opened
    assert "Change these words" in opened
    client.post("/synonyms/", {"group": group.pk, "words": "kärl, tunna", "language": "sv", "do": "save"})
    group.refresh_from_db()
    assert (group.words, group.language) == ("kärl, tunna", "sv")
    client.post("/synonyms/", {"group": group.pk, "language": "sv", "do": "remove"})
    assert not SynonymGroup.objects.exists()
    assert Event.objects.filter(kind="synonyms.changed").count() == 3


def test_one_word_alone_is_refused_and_what_was_typed_is_kept(client: Client) -> None:
    answer = client.post("/synonyms/", {"words": "bin, ", "language": "en"})
    assert answer.status_code == 422
    assert "at least two words" in answer.content.decode()
    assert 'value="bin,' in answer.content.decode()
    assert not SynonymGroup.objects.exists()


@pytest.mark.parametrize("group", ["999", "x", "1" * 30])
def test_a_group_that_is_not_there_is_not_there(client: Client, group: str) -> None:
    assert client.get("/synonyms/", {"group": group}).status_code == 404


def test_removing_what_somebody_else_has_removed_says_so(client: Client) -> None:
    assert client.post("/synonyms/", {"group": "999", "language": "en", "do": "remove"}).status_code == 404


def test_many_groups_are_paged(client: Client, admin: User) -> None:
    for number in range(60):
        save_synonyms(admin, "en", f"word{number:02}, other{number:02}")
    first, last = (client.get(f"/synonyms/?page={page}").content.decode() for page in (1, 2))
    assert "60 groups of words" in first
    assert first.count('name="group"') < 60
    assert "word00" in first
    assert "word00" not in last


def test_managers_find_the_page_in_the_menu_and_in_the_palette(client: Client, bob: User, signed_in: SignIn) -> None:
    for address in ("/", "/palette/?q=synon"):
        assert 'href="/synonyms/"' in client.get(address).content.decode()
        assert 'href="/synonyms/"' not in signed_in(bob).get(address).content.decode()
