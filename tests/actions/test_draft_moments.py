"""The history inside a draft: what is kept of it, for how long, and the way back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles import access, documents
from articles.actions.draft import replace_draft
from articles.actions.going_back import go_back
from articles.actions.publishing import publish_article, restore_version
from articles.drafts import compaction, moments, store
from articles.drafts.thinning import AT_MOST, thin
from articles.models import Article, Draft, DraftMoment, DraftTally, DraftUpdate, Reason, User
from tests.conftest import MakeArticle

MINUTE = timedelta(minutes=1)


def write(user: User, article: Article, markdown: str) -> int:
    return replace_draft(user, article.pk, documents.from_markdown(markdown).document)


def says(article: Article) -> str:
    return documents.to_text(documents.read_draft(store.load(article.pk)[0])).strip()


def kept(article: Article) -> list[str]:
    """The texts of the moments, oldest first."""
    rows = DraftMoment.objects.filter(draft_id=article.pk).select_related("version").order_by("seq")
    return [documents.to_text(row.document).strip() for row in rows]


def typed(article: Article, ago: timedelta) -> None:
    """Make what was written look as if it had been that long ago."""
    at = timezone.now() - ago
    Draft.objects.filter(pk=article.pk).update(changed_at=at)
    DraftUpdate.objects.filter(draft_id=article.pk).update(created_at=at)


def moment(article: Article, text: str) -> DraftMoment:
    rows = DraftMoment.objects.filter(draft_id=article.pk).select_related("version")
    return next(row for row in rows if documents.to_text(row.document).strip() == text)


def test_a_pause_makes_a_moment_and_so_does_writing_for_long(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    now = timezone.now()
    assert moments.due(now) == [], "somebody may still be typing"
    assert moments.due(now + MINUTE * 2) == [article.pk]
    typed(article, MINUTE * 11)
    Draft.objects.filter(pk=article.pk).update(changed_at=now)
    assert moments.due(now) == [article.pk], "writing for ten minutes without a pause"
    moments.record(article.pk)
    assert moments.due(now + MINUTE * 60) == []
    assert kept(article) == ["One."]


def test_what_says_the_same_is_one_moment(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    first = moments.record(article.pk)
    assert moments.record(article.pk) == first
    write(alice, article, "One. Two.")
    write(alice, article, "One.")
    assert moments.record(article.pk) == first, "written there and back"
    assert moments.due(timezone.now() + MINUTE * 60) == []
    write(alice, article, "One. Three.")
    third = moments.record(article.pk)
    assert third is not None
    written, deleted = third.writers[str(alice.pk)]
    assert written >= len(" Two. Three."), "what was written there and back counts for the next moment"
    assert deleted >= len(" Two.")


def test_a_moment_needs_no_rows_of_the_log(alice: User, admin: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "Start.", publish=False)
    moments.record(article.pk)
    write(alice, article, "Start. By Alice.")
    write(admin, article, "Start. By Alice. By the administrator.")
    moments.tally(article.pk)
    compaction.compact(article.pk, at_least=1)
    assert not DraftUpdate.objects.filter(draft_id=article.pk).exists()
    write(alice, article, "Start. By the administrator.")
    made = moments.record(article.pk)
    assert made is not None
    assert made.writers == {str(alice.pk): [10, 10], str(admin.pk): [22, 0]}
    assert kept(article) == ["Start.", "Start. By the administrator."]


def test_compacting_counts_before_it_merges(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "0", publish=False)
    for number in range(compaction.COMPACT_AFTER):
        write(alice, article, str(number) + "!")
    assert compaction.compact_due(timezone.now() + compaction.KEEP_FOR * 2)
    tally = DraftTally.objects.get(pk=article.pk)
    assert tally.seq == compaction.COMPACT_AFTER + 1
    assert tally.writers[str(alice.pk)][0] > compaction.COMPACT_AFTER


def test_publishing_is_a_moment_and_remembers_how_far_the_text_had_come(alice: User, article: Article) -> None:
    draft = Draft.objects.get(pk=article.pk)
    published = DraftMoment.objects.get(draft=draft)
    assert (published.reason, published.seq, published.user) == (Reason.PUBLISHED, draft.published_seq, alice)
    assert published.document == article.version.document  # type: ignore[union-attr]
    assert bytes(draft.published_state) == store.load(article.pk)[0].get_state()
    moments.record(article.pk)
    published.refresh_from_db()
    assert published.reason == Reason.PUBLISHED
    assert str(alice.pk) in published.writers


def test_going_back_can_be_undone_and_leaves_what_others_wrote_since(
    alice: User, admin: User, make_article: MakeArticle
) -> None:
    article = make_article("Fence", "Height 1.8 m.\n\nAsk the neighbours.", publish=False)
    moments.record(article.pk)
    write(alice, article, "Height 2.2 m.\n\nAsk the neighbours.\n\nNew paragraph.")
    there = moment(article, "Height 1.8 m.\n\nAsk the neighbours.")
    made = go_back(alice, article.pk, there.seq)
    assert made.changed
    assert says(article) == "Height 1.8 m.\n\nAsk the neighbours."
    assert made.before is not None
    assert made.before.reason == Reason.BEFORE
    back = DraftMoment.objects.get(draft_id=article.pk, seq=made.seq)
    assert (back.reason, back.user, back.returned_to) == (Reason.RETURNED, alice, there.at)

    write(admin, article, "Height 1.8 m.\n\nAsk all the neighbours.")
    go_back(alice, article.pk, made.before.seq, base_seq=made.seq)
    assert says(article) == "Height 2.2 m.\n\nAsk all the neighbours.\n\nNew paragraph."


def test_going_back_to_what_it_says_changes_nothing(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    moments.record(article.pk)
    made = go_back(alice, article.pk, 1)
    assert not made.changed
    assert Draft.objects.get(pk=article.pk).seq == 1
    assert len(kept(article)) == 1


def test_going_back_takes_the_title_along(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    moments.record(article.pk)
    replace_draft(alice, article.pk, documents.from_markdown("One.").document, title="Fences and walls")
    assert documents.read_title(store.load(article.pk)[0]) == "Fences and walls"
    go_back(alice, article.pk, 1)
    assert documents.read_title(store.load(article.pk)[0]) == ""


def test_who_may_not_edit_neither_sees_nor_moves_anything(
    alice: User, bob: User, charlie: User, article: Article
) -> None:
    write(alice, article, "Changed.")
    seq = DraftMoment.objects.get(draft_id=article.pk).seq
    with pytest.raises(access.Forbidden):
        go_back(bob, article.pk, seq)
    with pytest.raises(access.NotFound):
        go_back(charlie, article.pk, seq)
    with pytest.raises(access.NotFound):
        go_back(alice, article.pk, 99)
    assert says(article) == "Changed."


def test_a_moment_of_another_draft_is_not_found(alice: User, make_article: MakeArticle) -> None:
    one, other = make_article("One", "First."), make_article("Other", "Second.", publish=False)
    write(alice, one, "First, changed.")
    moments.record(one.pk)
    with pytest.raises(access.NotFound):
        go_back(alice, other.pk, 2)


def test_old_moments_are_thinned_out_and_nobodys_share_is_lost(alice: User, make_article: MakeArticle) -> None:
    article = make_article("Fence", "One.", publish=False)
    now = datetime(2026, 11, 20, 12, 30, tzinfo=timezone.get_default_timezone())
    times = [now - MINUTE * 7 * step for step in range(1, 1_000)] + [
        now - timedelta(days=step) for step in range(5, 300)
    ]
    add(article, alice, times)
    thin(article.pk, now)
    left = list(DraftMoment.objects.filter(draft_id=article.pk).order_by("-seq"))
    assert len(left) == AT_MOST
    assert left[0].at == times[0]
    recent = [row for row in left if now - row.at < timedelta(hours=1)]
    hourly = [row for row in left if timedelta(hours=1) <= now - row.at < timedelta(days=1)]
    assert len(recent) == 8
    assert len(hourly) == len({(row.at.date(), row.at.hour) for row in hourly}) == 24
    rest = left[32:]
    assert len(rest) == len({row.at.date() for row in rest})
    assert sum(row.writers[str(alice.pk)][0] for row in left) == len(times)
    assert thin(article.pk, now) == 0


def add(article: Article, user: User, times: list[datetime]) -> None:
    """Moments at these times, the newest first, in each of which a character was written."""
    writers: dict[str, Any] = {str(user.pk): [1, 0]}
    DraftMoment.objects.bulk_create(
        DraftMoment(draft_id=article.pk, seq=len(times) - number, at=at, title="", packed=DraftMoment.pack({"n": number}),
                    writers=writers)
        for number, at in enumerate(times)
    )  # fmt: skip


def test_restoring_a_version_is_a_moment_too(alice: User, article: Article) -> None:
    write(alice, article, "Quite another text.")
    publish_article(alice, article.pk)
    restore_version(alice, article.pk, 1)
    rows = DraftMoment.objects.filter(draft_id=article.pk).order_by("seq")
    assert [row.version.number for row in rows if row.version] == [1, 2, 3]
