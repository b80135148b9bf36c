"""Publishing a draft as the next version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from articles import access, documents, rendering
from articles.actions.article import archive_article, create_article, update_article
from articles.actions.draft import replace_draft
from articles.actions.problems import Conflict, Invalid
from articles.actions.publishing import publish_article, restore_version
from articles.models import Article, Category, Draft, Event, EventCounter, User, Version

MakeArticle = Callable[..., Article]


def text_of(version: Version) -> str:
    return documents.to_text(version.document).strip()


def test_publishing_adds_a_version_and_one_event(alice: User, make_article: MakeArticle) -> None:
    article = make_article(publish=False)
    before = EventCounter.objects.get().seq
    version = publish_article(alice, article.pk, note="First", significance="normal")
    article.refresh_from_db()
    assert (version.number, version.author, version.note, version.significance) == (1, alice, "First", "normal")
    assert (article.status, article.version) == ("published", version)
    event = Event.objects.get(seq=before + 1)
    assert (event.kind, event.article, event.actor) == ("article.published", article, alice)
    assert event.data == {
        "version": 1, "title": article.title, "note": "First", "significance": "normal", "restored_from": None,
    }  # fmt: skip
    assert Event.objects.count() == before + 1


def test_a_published_version_is_never_rewritten(alice: User, article: Article) -> None:
    version = article.version
    assert version is not None
    version.title = "Something else"
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        Version.objects.filter(pk=version.pk).update(title="Something else")
    with pytest.raises(TypeError):
        version.delete()
    with pytest.raises(TypeError):
        Version.objects.all().delete()


def test_a_rolled_back_publish_leaves_no_event_and_no_nudge(
    alice: User, make_article: MakeArticle, django_capture_on_commit_callbacks: Any
) -> None:
    article = make_article(publish=False)
    before = EventCounter.objects.get().seq

    def publish_and_fail() -> None:
        with transaction.atomic():
            publish_article(alice, article.pk)
            raise RuntimeError("the database went away")

    with django_capture_on_commit_callbacks() as nudges, pytest.raises(RuntimeError):
        publish_and_fail()
    assert nudges == []
    assert EventCounter.objects.get().seq == before
    assert not Version.objects.filter(article=article).exists()


def test_who_publishes_what_they_looked_at_is_told_when_it_moved_on(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    seen = Draft.objects.get(pk=article.pk).seq
    replace_draft(alice, article.pk, documents.from_markdown("Two.").document)
    with pytest.raises(Conflict, match="changed since"):
        publish_article(alice, article.pk, seq=seen)
    assert text_of(publish_article(alice, article.pk, seq=seen + 1)) == "Two."


def test_an_archived_article_is_not_published_by_mistake(alice: User, article: Article) -> None:
    archive_article(alice, article.pk)
    with pytest.raises(Conflict, match="Bring it back"):
        publish_article(alice, article.pk)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"note": "x" * 501}, "note"), ({"significance": "urgent"}, "significance")]
)
def test_what_cannot_be_accepted_says_which_field(
    alice: User, article: Article, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as problem:
        publish_article(alice, article.pk, **wrong)
    assert list(problem.value.fields) == [field]
    assert Version.objects.filter(article=article).count() == 1


def test_restoring_adds_a_version_and_rewrites_nothing(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.")
    replace_draft(alice, article.pk, documents.from_markdown("Two.").document)
    update_article(alice, article.pk, title="Fences")
    publish_article(alice, article.pk)
    restored = restore_version(alice, article.pk, 1)
    article.refresh_from_db()
    assert [(v.number, v.title, text_of(v)) for v in Version.objects.filter(article=article)] == [
        (3, "Fence", "One."), (2, "Fences", "Two."), (1, "Fence", "One."),
    ]  # fmt: skip
    assert restored.restored_from is not None
    assert restored.restored_from.number == 1
    assert article.title == "Fence"
    assert not Draft.objects.get(pk=article.pk).has_unpublished_changes
    assert Event.objects.filter(kind="article.published").last().data["restored_from"] == 1  # type: ignore[union-attr]


def test_restoring_keeps_what_others_type_into_the_draft_meanwhile(alice: User, make_article: MakeArticle) -> None:
    from pycrdt import XmlFragment

    from articles.drafts import store

    article = make_article("Fence", "One.\n\nLast paragraph.")
    replace_draft(alice, article.pk, documents.from_markdown("Two.\n\nLast paragraph.").document)
    publish_article(alice, article.pk)
    elsewhere, _seq = store.load(article.pk)
    restore_version(alice, article.pk, 1)
    fragment = elsewhere.get("default", type=XmlFragment)
    state = elsewhere.get_state()
    last = fragment.children[1].children[0]
    last.insert(len("Last paragraph."), " Typed meanwhile.")
    with transaction.atomic():
        store.append(article.pk, elsewhere.get_update(state), alice)
    doc, _seq = store.load(article.pk)
    assert documents.to_text(documents.read_draft(doc)).split("\n\n") == ["One.", "Last paragraph. Typed meanwhile."]


def test_a_live_category_lets_those_publish_who_may_edit(admin: User, category: Category, alice: User) -> None:
    from articles.actions.category import update_category
    from articles.actions.people import create_role, create_user

    create_role(None, "scribes")
    eve = create_user(None, "eve", roles=["scribes"])
    update_category(admin, category.pk, grants={"scribes": ["edit"], "writers": ["publish"]})
    article = create_article(eve, category, "Fence", documents.from_markdown("One.").document)
    with pytest.raises(access.Forbidden):
        publish_article(eve, article.pk)
    update_category(admin, category.pk, publishing="live")
    assert publish_article(eve, article.pk).number == 1


def test_what_readers_get_is_made_once_and_kept(alice: User, article: Article, django_assert_num_queries: Any) -> None:
    stored = Article.objects.select_related("category", "version__rendering").get(pk=article.pk)
    view = access.view_of(alice)
    assert stored.version is not None
    with django_assert_num_queries(0):
        made = rendering.rendered_for(view, stored, stored.version)
    assert "<strong>745 kr</strong>" in made.html


def test_a_passage_for_some_roles_does_not_exist_for_others(
    alice: User, bob: User, admin: User, make_article: MakeArticle
) -> None:
    article = make_article("Fees", "Public.\n\n::: roles manager\nInternal: 120 kr.\n:::\n")
    stored = Article.objects.select_related("category", "version__rendering").get(pk=article.pk)
    assert stored.version is not None
    assert stored.version.passage_roles == ["manager"]
    for user, sees in ((bob, False), (alice, True), (admin, True)):
        made = rendering.rendered_for(access.view_of(user), stored, stored.version)
        assert ("120 kr" in made.html, "120 kr" in made.text) == (sees, sees), user
    assert "120 kr" not in stored.version.rendering.html
