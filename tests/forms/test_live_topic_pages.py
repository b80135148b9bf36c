"""Live topics: where a draft publishes itself, what pages say of it, and how somebody decides about it all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.category import update_category
from articles.actions.draft import replace_draft
from articles.actions.planning import plan_publication
from articles.actions.publishing import publish_article
from articles.actions.suggesting import suggest_change
from articles.models import Article, Category, Draft, LiveWriting, User, Version
from articles.publishing_duty import publish_what_is_due

from .conftest import Writer, filled

SignIn = Callable[[User], Client]


def write(user: User, article: Article, markdown: str) -> None:
    replace_draft(user, article.pk, documents.from_markdown(markdown).document)


def html(response: Any) -> str:
    text: str = response.content.decode()
    return text


@pytest.fixture
def live(admin: User, category: Category, article: Article) -> Article:
    """A published article in a live topic."""
    update_category(admin, category.pk, publishing="live")
    return article


def rested(article: Article) -> None:
    """Nobody has written for a while, and the worker looks."""
    Draft.objects.filter(pk=article.pk).update(changed_at=timezone.now() - timedelta(minutes=5))
    publish_what_is_due(Event())


def test_in_a_live_topic_the_editing_page_publishes_at_once(live: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, live, "Other.")
    client, address = signed_in(alice), f"/articles/{live.pk}/edit/"
    assert "Publish now" in html(client.get(address))
    assert client.post(f"/articles/{live.pk}/publish/now/").headers["Location"] == address
    assert Version.objects.get(article=live, number=2).author == alice


def test_in_a_live_topic_the_editing_page_says_that_the_text_waits_for_the_plan(
    live: Article, alice: User, signed_in: SignIn
) -> None:
    write(alice, live, "Other.")
    client, address = signed_in(alice), f"/articles/{live.pk}/edit/"
    assert "Until then nothing of this draft publishes itself." in html(client.get(f"/articles/{live.pk}/publish/"))
    assert "publishes itself when nobody has written" in html(client.get(address))
    plan_publication(alice, live.pk, timezone.now() + timedelta(days=1))
    page = html(client.get(address))
    assert "What is written here waits for the plan" in page
    assert "publishes itself when nobody has written" not in page
    assert "Publish now" not in page  # it would overtake what is planned
    publish_article(alice, live.pk)
    assert "publishes itself when nobody has written" in html(client.get(address))


def test_the_publishing_page_of_a_live_topic_lets_the_draft_wait(live: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, live, "Other.")
    client, address = signed_in(alice), f"/articles/{live.pk}/publish/"
    page = html(client.get(address))
    assert f'hx-post="{address}hold/" hx-trigger="load, submit"' in page
    assert "Let it wait for me" in page  # the button is for browsers without scripts
    assert not LiveWriting.objects.exists()  # looking changes nothing
    held = html(client.post(f"{address}hold/", headers={"HX-Request": "true"}))
    assert "It waits for you" in held
    assert "hx-" not in held  # or the answer would ask again at once
    assert client.post(f"{address}hold/").headers["Location"] == address
    assert "It waits for you" in html(client.get(address))
    assert "Somebody looks at what is written here" in html(client.get(f"/articles/{live.pk}/edit/"))
    rested(live)
    sent = {**filled(page), "note": "The fee rose.", "significance": "must-read", "do": "publish"}
    assert client.post(address, sent).status_code == 302
    assert Version.objects.get(article=live, number=2).significance == "must-read"


def test_the_markdown_form_leads_to_a_publishing_page_for_which_the_draft_waits(
    live: Article, alice: User, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    Writer(client, f"/articles/{live.pk}/edit/?as=markdown").send("review", text="Other.")
    assert "It waits for you" in html(client.get(f"/articles/{live.pk}/publish/"))
    rested(live)
    assert Version.objects.filter(article=live).count() == 1


def test_what_published_itself_meanwhile_keeps_what_was_said_and_is_published_again_with_it(
    live: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    write(alice, live, "Other.")
    client, address = signed_in(alice), f"/articles/{live.pk}/publish/"
    said = {"note": "The fee rose.", "significance": "must-read", "ask_roles": "readers"}
    sent = {**filled(html(client.get(address))), **said, "do": "publish"}
    rested(live)
    refused = client.post(address, sent)
    page = html(refused)
    assert refused.status_code == 409
    assert "Readers see this text already, as version 2." in page
    assert "Nothing to publish" not in page
    again = {**filled(page), "do": "again"}
    assert {name: again[name] for name in said} == said
    assert client.post(address, again).status_code == 302
    version = Version.objects.get(article=live, number=3)
    assert (version.note, version.significance) == ("The fee rose.", "must-read")
    assert "Nothing to publish" in html(client.post(address, again))  # pressed twice
    assert Version.objects.filter(article=live).count() == 3


def test_who_comes_too_late_may_still_say_what_changed(live: Article, alice: User, signed_in: SignIn) -> None:
    write(alice, live, "Other.")
    rested(live)
    client, address = signed_in(alice), f"/articles/{live.pk}/publish/"
    page = html(client.get(address))
    assert "Publish it again as version 3" in page
    wordless = client.post(address, {**filled(page), "do": "again"})
    assert wordless.status_code == 422
    assert "Say what changed, or make it a must-read." in html(wordless)


def test_what_is_taken_over_in_a_live_topic_is_told_to_publish_itself_and_then_since_when_it_is_read(
    live: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    document = documents.from_markdown("A permit costs **795 kr**.").document
    suggestion = suggest_change(bob, live.pk, document, "It rose")
    editor, reader = signed_in(alice), signed_in(bob)
    answer = editor.post(suggestion.get_absolute_url(), {"do": "merge", "answer": "Thank you"}, follow=True)
    assert "Taken over into the draft. In this topic what is written is published by itself" in html(answer)
    told = html(reader.get(suggestion.get_absolute_url()))
    assert "Thank you" in told
    assert "published by itself after a pause" in told
    assert "when the draft is published" not in told
    rested(live)
    told = html(reader.get(suggestion.get_absolute_url()))
    assert "Readers see it since version 2." in told
    assert "published by itself" not in told


def test_the_markdown_form_says_when_readers_see_what_was_saved(live: Article, alice: User, signed_in: SignIn) -> None:
    writer = Writer(signed_in(alice), f"/articles/{live.pk}/edit/?as=markdown")
    saved = html(writer.client.get(writer.send(text="Other.").headers["Location"]))
    assert "Saved. In this topic what is written is published by itself after a pause." in saved
    plan_publication(alice, live.pk, timezone.now() + timedelta(days=1))
    saved = html(writer.client.get(writer.send(text="Quite other.", base=99).headers["Location"]))
    assert "Saved. Readers see it after what is planned for the article." in saved
