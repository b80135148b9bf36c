"""The append-only log of a draft, and writing in it from outside the editor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pycrdt import XmlFragment

from articles import documents
from articles.actions.draft import replace_draft
from articles.actions.problems import Conflict
from articles.drafts import compaction, store
from articles.models import Article, Draft, DraftSnapshot, DraftUpdate, Event, User

MakeArticle = Callable[..., Article]


def write(user: User, article: Article, markdown: str, base_seq: int | None = None) -> int:
    return replace_draft(user, article.pk, documents.from_markdown(markdown).document, base_seq=base_seq)


def says(article: Article) -> str:
    doc, _seq = store.load(article.pk)
    return documents.to_text(documents.read_draft(doc)).strip()


def test_every_change_is_one_row_and_none_is_rewritten(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    first = bytes(DraftUpdate.objects.get(draft_id=article.pk).data)
    assert write(alice, article, "One. Two.") == 2
    assert write(alice, article, "One. Two.") == 2, "the same text again is no change"
    rows = DraftUpdate.objects.filter(draft_id=article.pk)
    assert [row.seq for row in rows] == [1, 2]
    assert bytes(rows[0].data) == first
    assert says(article) == "One. Two."


def test_two_forms_that_were_open_at_once_both_keep_their_words(
    alice: User, admin: User, make_article: MakeArticle
) -> None:
    article = make_article("Fence", "First paragraph.\n\nSecond paragraph.", publish=False)
    seen = Draft.objects.get(pk=article.pk).seq
    write(alice, article, "First paragraph, by Alice.\n\nSecond paragraph.", seen)
    write(admin, article, "First paragraph.\n\nSecond paragraph, by the admin.", seen)
    assert says(article) == "First paragraph, by Alice.\n\nSecond paragraph, by the admin."


def test_compacting_loses_nothing_and_leaves_one_snapshot(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "0", publish=False)
    for number in range(1, 12):
        write(alice, article, " ".join(map(str, range(number + 1))))
    before = says(article)
    assert compaction.compact(article.pk, at_least=100) == 0
    assert compaction.compact(article.pk, at_least=5) == 12
    assert DraftUpdate.objects.filter(draft_id=article.pk).count() == 0
    assert says(article) == before
    assert write(alice, article, before + " and on") == 13
    assert says(article) == before + " and on"
    assert store.updates_since(article.pk, 12)[0] == 13
    assert len(store.updates_since(article.pk, 12)[1]) == 1
    assert len(store.updates_since(article.pk, 3)[1]) == 2, "the snapshot stands for what was merged"


def test_a_form_from_before_the_last_compaction_is_told_and_overwrites_nothing(
    alice: User, make_article: MakeArticle
) -> None:
    article = make_article("Fence", "One.", publish=False)
    for text in ("Two.", "Three."):
        write(alice, article, text)
    compaction.compact(article.pk, at_least=1)
    with pytest.raises(Conflict, match="Copy your text"):
        write(alice, article, "Mine.", 1)
    assert says(article) == "Three."


def test_a_draft_that_is_edited_again_and_again_is_told_once_a_minute(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    for text in ("Two.", "Three.", "Four."):
        write(alice, article, text)
    assert Event.objects.filter(kind="draft.edited").count() == 1


def typed(article: Article, *words: str) -> list[bytes]:
    """The updates of a client that writes these words one after the other at the end of the first paragraph."""
    doc, _seq = store.load(article.pk)
    updates = []
    text = doc.get("default", type=XmlFragment).children[0].children[0]
    for word in words:
        state = doc.get_state()
        text.insert(len(str(text)), word)
        updates.append(doc.get_update(state))
    return updates


def append(article: Article, update: bytes, author: User) -> None:
    with transaction.atomic():
        store.append(article.pk, update, author)


def test_updates_that_wait_for_a_predecessor_survive_compaction(alice: User, make_article: MakeArticle) -> None:
    """A client's third update that arrives before its second is kept by the log, not dropped by a document."""
    article = make_article("Fence", "One.", publish=False)
    second, third = typed(article, " Two.", " Three.")
    append(article, third, alice)
    compaction.compact(article.pk, at_least=1)
    assert says(article) == "One."
    append(article, second, alice)
    assert says(article) == "One. Two. Three."


def test_what_has_waited_for_a_month_is_given_up_and_the_draft_is_cleaned_again(
    alice: User, make_article: MakeArticle, caplog: pytest.LogCaptureFixture
) -> None:
    article = make_article("Fence", "One.", publish=False)
    second, third, fourth = typed(article, " Two.", " Three.", " Four.")
    begun = timezone.now()

    def compacted(days: int) -> bytes:
        write(alice, article, f"One. A secret of day {days}.")
        write(alice, article, "One.")
        compaction.compact(article.pk, now=begun + timedelta(days=days))
        return bytes(DraftSnapshot.objects.get(pk=article.pk).data)

    append(article, third, alice)
    assert b"secret" in compacted(0)
    append(article, fourth, alice)  # waits as well, from now on
    assert b"Four" in compacted(20)
    assert b"secret" in compacted(40)
    assert "never came" not in caplog.text
    data = compacted(51)
    assert b"secret" not in data
    assert b"Four" not in data
    assert "never came" in caplog.text
    assert DraftSnapshot.objects.get(pk=article.pk).waits_since is None
    append(article, second, alice)
    assert says(article) == "One. Two."


def test_new_rows_stay_so_that_a_form_which_was_open_for_a_while_still_merges(
    alice: User, admin: User, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article("Fence", "One.", publish=False)
    seen = Draft.objects.get(pk=article.pk).seq
    for number in range(compaction.COMPACT_AFTER + 10):
        write(admin, article, f"One. By the admin: {number}")
    assert compaction.compact_due() == 0, "all of it was written within the hour"
    write(alice, article, "Alice: One.", seen)
    assert says(article) == f"Alice: One. By the admin: {number}"
    monkeypatch.setattr(compaction, "KEEP_ROWS", 5)
    assert compaction.compact_due() == 0, "somebody is typing"
    rest = timezone.now() + compaction.REST * 2
    assert compaction.compact_due(rest) == compaction.COMPACT_AFTER + 12 - 5, "too many, however new they are"
    assert DraftUpdate.objects.filter(draft_id=article.pk).count() == 5
    assert says(article) == f"Alice: One. By the admin: {number}"


def test_a_draft_in_which_nobody_rests_is_compacted_before_it_opens_slowly(
    admin: User, make_article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article("Fence", "One.", publish=False)
    for name, value in (("KEEP_ROWS", 5), ("COMPACT_AFTER", 10), ("MOST_ROWS", 20)):
        monkeypatch.setattr(compaction, name, value)
    while Draft.objects.get(pk=article.pk).seq < 19:
        write(admin, article, f"One. {Draft.objects.get(pk=article.pk).seq}")
    assert compaction.compact_due() == 0
    write(admin, article, "One. Twenty.")
    assert compaction.compact_due() == 15
    assert says(article) == "One. Twenty."


def test_what_was_deleted_leaves_the_log_when_it_is_compacted(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    write(alice, article, "One. " + "A secret that should not have been typed. " * 50)
    write(alice, article, "One.")
    compaction.compact(article.pk)
    snapshot = DraftSnapshot.objects.get(pk=article.pk)
    assert b"secret" not in bytes(snapshot.data)
    assert len(snapshot.data) < 200
    assert says(article) == "One."


def test_what_is_typed_is_stored_byte_for_byte_however_much_it_is(article: Article, alice: User, admin: User) -> None:
    before = Draft.objects.get(pk=article.pk).seq
    rows = [(bytes([number % 256]) * (number % 7), (alice.pk, admin.pk, None)[number % 3]) for number in range(1_203)]
    with transaction.atomic():
        last = store.append_all(article.pk, rows)
    assert last == before + len(rows)
    stored = DraftUpdate.objects.filter(draft_id=article.pk, seq__gt=before).order_by("seq")
    found = [(row.seq, bytes(row.data), row.author_id, row.typed) for row in stored]
    assert found == [(before + at, data, author, True) for at, (data, author) in enumerate(rows, 1)]
    assert all(abs(timezone.now() - row.created_at) < timedelta(minutes=1) for row in stored)
    draft = Draft.objects.get(pk=article.pk)
    assert (draft.seq, draft.changed_by_id) == (last, rows[-1][1])


def test_nothing_is_stored_for_a_draft_that_is_gone(article: Article) -> None:
    with pytest.raises(Draft.DoesNotExist), transaction.atomic():
        store.append_all(article.pk + 1_000, [(b"\x00\x00", None)])
    assert not DraftUpdate.objects.filter(draft_id=article.pk + 1_000).exists()
