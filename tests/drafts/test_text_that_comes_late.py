"""Whatever others type while a text is restored is there afterwards: where they typed it, or at the end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from articles import documents
from articles.actions.draft import replace_draft
from articles.actions.going_back import go_back
from articles.actions.late_text import put_back
from articles.actions.publishing import publish_article, restore_version
from articles.drafts import authors, late_text, moments, store
from articles.drafts.structs import Ranges, read_update
from articles.models import Article, Draft, DraftClient, DraftRemoval, DraftTally, DraftUpdate, User
from kbcentre.duties import keep_moments
from tests.conftest import MakeArticle
from tests.documents.strategies import DOCUMENTS, examples
from tests.documents.test_drafts import copy_of, draft_of, fragment

Document = dict[str, Any]


def runs(parent: XmlFragment | XmlElement) -> Iterator[XmlText]:
    for child in parent.children:
        if isinstance(child, XmlText):
            yield child
        else:
            yield from runs(child)


def elements(parent: XmlFragment | XmlElement) -> Iterator[XmlElement]:
    for child in parent.children:
        if isinstance(child, XmlElement):
            yield child
            yield from elements(child)


def changed(doc: Doc, document: Document) -> bytes:
    """Make a draft say something; gives the update."""
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    documents.write_draft(doc, document)
    doc.unobserve(subscription)
    return updates[0] if updates else store.EMPTY_UPDATE


def words_of(doc: Doc) -> Counter[str]:
    """The words that nobody but the typist of the property uses, with how often each is there."""
    text = "".join(part for run in runs(fragment(doc)) for part, _marks in run.diff() if isinstance(part, str))
    return Counter(text[i : i + 4] for i in range(len(text)) if text[i : i + 2] == "ŦŦ")


@given(old=DOCUMENTS, new=DOCUMENTS, data=st.data())
@examples(60)
def test_every_character_typed_meanwhile_is_kept(old: Document, new: Document, data: Any) -> None:
    server = draft_of(old)
    typist = copy_of(server)
    rows: list[late_text.Read] = []
    typed: Counter[str] = Counter()
    for number in range(data.draw(st.integers(1, 6))):
        places = list(runs(fragment(typist)))
        before = typist.get_state()
        word = f"ŦŦ{number:02}"
        if places and data.draw(st.integers(0, 3)):
            run = data.draw(st.sampled_from(places))
            run.insert(0, word)
        else:
            parents = [one for one in elements(fragment(typist)) if one.tag in ("blockquote", "callout", "listItem")]
            place: Any = data.draw(st.sampled_from([fragment(typist), *parents]))
            paragraph = place.children.append(XmlElement("paragraph"))
            paragraph.children.append(XmlText(word))
        typed[word] += 1
        rows.append(late_text.Read(None, *read_update(typist.get_update(before))))
    rows = [late_text.Read(row.author_id, row.structs, Ranges()) for row in rows]  # the typist deletes nothing

    _structs, removed = read_update(changed(server, new))
    server.apply_update(typist.get_update())
    late = late_text.find(server, removed, rows)
    kept = words_of(server)
    for one in late:
        for line in one.lines:
            kept.update(line[i : i + 4] for i in range(len(line)) if line[i : i + 2] == "ŦŦ")
    assert kept == typed, "each once: none is lost, and none is there twice"


# --- In the log of a draft -------------------------------------------------------------------------

OLD = "First paragraph.\n\nSecond paragraph."
NEW = "First paragraph, longer.\n\nSecond paragraph.\n\n- one point\n- another point"


def says(article: Article) -> str:
    return documents.to_text(documents.read_draft(store.load(article.pk)[0])).strip()


def sent(article: Article, user: User, doc: Doc, before: bytes) -> None:
    """What a room does with what a client typed."""
    state = store.load(article.pk)[0].get_state()
    store.append(article.pk, doc.get_update(before), user)
    authors.note(article.pk, state, store.load(article.pk)[0].get_state(), user)


@pytest.fixture
def written(make_article: MakeArticle, alice: User) -> Article:
    """Published with two paragraphs; the draft has a list besides."""
    article = make_article("Fees", OLD)
    replace_draft(alice, article.pk, documents.from_markdown(NEW).document)
    return article


def type_into(doc: Doc, beginning: str, letters: str) -> bytes:
    """Type at the start of the run that begins so; gives the state vector before."""
    before = doc.get_state()
    run = next(run for run in runs(fragment(doc)) if str(run).startswith(beginning))
    run.insert(0, letters)
    return before


@pytest.mark.parametrize("how", ["a version", "a moment", "a whole text"])
def test_who_types_into_what_is_taken_out_finds_it_at_the_end(
    how: str, written: Article, alice: User, admin: User
) -> None:
    there = store.load(written.pk)[0]
    before = type_into(there, "one point", "Åsa’s 😀 words, ")
    if how == "a version":
        publish_article(alice, written.pk)
        restore_version(alice, written.pk, 1)
    elif how == "a moment":
        go_back(alice, written.pk, 1)
    else:
        replace_draft(alice, written.pk, documents.from_markdown(OLD).document)
    sent(written, admin, there, before)
    assert says(written) == OLD, "Yjs forgets it"
    assert late_text.due() == [written.pk]
    assert put_back(written.pk) == 1
    assert says(written) == f"{OLD}\n\nÅsa’s 😀 words,"
    client = DraftClient.objects.filter(draft_id=written.pk).order_by("-pk")[0]
    assert client.user == admin, "it stays hers who wrote it"
    assert late_text.due() == []
    assert put_back(written.pk) == 0

    before = type_into(there, "Åsa", "and more ")  # still unawares
    sent(written, admin, there, before)
    assert put_back(written.pk) == 1
    assert says(written).endswith("Åsa’s 😀 words,\n\nand more")


@pytest.mark.parametrize("audience", ["manager", "manager writers"])
def test_words_that_may_have_stood_in_a_passage_come_back_in_one(
    audience: str, make_article: MakeArticle, alice: User, admin: User
) -> None:
    article = make_article("Fees", OLD)
    marked = f"{OLD}\n\n::: roles {audience}\nThe margin is 12 %.\n:::"
    replace_draft(alice, article.pk, documents.from_markdown(marked).document)
    there = store.load(article.pk)[0]
    before = type_into(there, "The margin", "Secret words. ")
    replace_draft(alice, article.pk, documents.from_markdown(OLD).document)
    sent(article, admin, there, before)
    assert put_back(article.pk) == 1
    draft = store.load(article.pk)[0]
    document = documents.read_draft(draft)
    assert "Secret words." in documents.to_text(document)
    assert documents.draft_passages(draft) == [frozenset(audience.split())]
    assert "Secret" not in documents.to_text(documents.for_audience(document, frozenset({"readers"})))


def test_words_of_a_passage_come_back_in_one_also_after_something_else_was_taken_out(
    make_article: MakeArticle, alice: User, admin: User
) -> None:
    article = make_article("Fees", OLD)
    marked = f"{OLD}\n\n::: roles manager\nThe margin is 12 %.\n:::"
    replace_draft(alice, article.pk, documents.from_markdown(marked).document)
    there = store.load(article.pk)[0]
    for text in (OLD, "First."):
        replace_draft(alice, article.pk, documents.from_markdown(text).document)
        assert put_back(article.pk) == 0  # so that the removals are one by now
    sent(article, admin, there, type_into(there, "The margin", "Secret words. "))
    assert put_back(article.pk) == 1
    document = documents.read_draft(store.load(article.pk)[0])
    assert "Secret" in documents.to_text(document)
    assert "Secret" not in documents.to_text(documents.for_audience(document, frozenset({"readers"})))


def test_a_client_that_repeats_all_it_knows_loses_nothing_by_it(written: Article, alice: User, admin: User) -> None:
    there = store.load(written.pk)[0]
    before = type_into(there, "one point", "Mine. ")
    go_back(alice, written.pk, 1)
    sent(written, admin, there, before)
    for update in store.updates_since(written.pk)[1]:
        there.apply_update(update)
    before = type_into(there, "Second", "My ")
    assert len(there.get_update(before)) > 40, "it names everything that was ever deleted"
    sent(written, admin, there, before)
    assert put_back(written.pk) == 1
    assert says(written) == "First paragraph.\n\nMy Second paragraph.\n\nMine."


def test_what_merges_and_what_its_writer_deleted_is_not_added(written: Article, alice: User, admin: User) -> None:
    there = store.load(written.pk)[0]
    before = type_into(there, "First", "The ")
    sent(written, admin, there, before)
    later = store.load(written.pk)[0]
    before = type_into(later, "one point", "gone again")
    run = next(run for run in runs(fragment(later)) if str(run).startswith("gone"))
    del run[0:10]
    go_back(alice, written.pk, 1)
    sent(written, admin, later, before)
    assert put_back(written.pk) == 0
    assert says(written) == OLD


def test_writing_elsewhere_is_only_looked_at(written: Article, alice: User, admin: User) -> None:
    go_back(alice, written.pk, 1)
    there = store.load(written.pk)[0]
    before = type_into(there, "Second", "My ")
    sent(written, admin, there, before)
    assert put_back(written.pk) == 0
    assert DraftRemoval.objects.filter(draft_id=written.pk).latest("seq").checked_seq == 4
    assert says(written).endswith("My Second paragraph.")


def test_a_sentence_that_is_being_typed_is_not_taken_apart_and_not_published(
    written: Article, alice: User, admin: User
) -> None:
    there = store.load(written.pk)[0]
    before = type_into(there, "Second", "Half a sen")
    store.append_all(written.pk, [(there.get_update(before), admin.pk)])
    publish_article(alice, written.pk)
    before = type_into(there, "First", "The very ")
    store.append_all(written.pk, [(there.get_update(before), admin.pk)])
    restore_version(alice, written.pk, 1)
    assert says(written) == "The very First paragraph.\n\nSecond paragraph.", "what was published had been seen"
    draft = Draft.objects.get(pk=written.pk)
    assert draft.has_unpublished_changes
    told = authors.since_published(written.pk)
    assert {user for parts in told.clients.values() for _clock, user in parts} <= {admin.pk}
    DraftUpdate.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    go_back(alice, written.pk, 1)
    assert says(written) == OLD, "long enough ago to have been seen"


def test_the_worker_puts_it_back(written: Article, alice: User, admin: User) -> None:
    there = store.load(written.pk)[0]
    before = type_into(there, "another", "Late: ")
    go_back(alice, written.pk, 1)
    sent(written, admin, there, before)
    keep_moments(threading.Event())
    assert says(written).endswith("Second paragraph.\n\nLate:")
    assert moments.of(written.pk).count() == 3


def test_a_broken_draft_does_not_keep_the_others_waiting(written: Article, alice: User, admin: User) -> None:
    there = store.load(written.pk)[0]
    before = type_into(there, "another", "Late: ")
    go_back(alice, written.pk, 1)
    sent(written, admin, there, before)
    DraftRemoval.objects.update(removed=[["broken"]])
    Draft.objects.update(changed_at=timezone.now() - timedelta(minutes=2))
    with pytest.raises(ValueError, match="unpack"):
        keep_moments(threading.Event())
    assert DraftTally.objects.get(pk=written.pk).moment_seq == 4
