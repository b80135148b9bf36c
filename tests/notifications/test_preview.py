"""What the preview counts is what the dispatcher wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from articles import documents
from articles.actions import scoping
from articles.actions.answering import assign_flag, resolve_flag
from articles.actions.article import archive_article, move_article, update_article
from articles.actions.category import create_category
from articles.actions.commenting import add_comment, resolve_thread
from articles.actions.draft import replace_draft
from articles.actions.flagging import raise_flag
from articles.actions.planning import cancel_plan, plan_archiving
from articles.actions.proposing import propose_article, return_proposal
from articles.actions.publishing import publish_article
from articles.actions.suggesting import decline_suggestion, suggest_change
from articles.models import Article, Category, User
from notifications.actions import choosing, following
from notifications.models import Delivery, Notification, PushSubscription
from notifications.telling.kinds import TABLE
from notifications.telling.preview import preview
from notifications.telling.week import HEARS
from tests.conftest import MakeArticle


def counts(person: User) -> int:
    """What would have been in somebody's inbox with the settings that they have."""
    return preview(person, choosing.matrix_of(person), choosing.settings_for(person)).inbox


def test_the_preview_counts_what_was_told_in_a_mixed_week(
    admin: User, alice: User, bob: User, mary: User, charlie: User, category: Category, make_article: MakeArticle,
    tell_all: Callable[[], None],
) -> None:  # fmt: skip
    fence, dogs = make_article("Fence"), make_article("Dogs", tags=["dogs"])
    below = create_category(admin, "Sheds", category)
    shed = make_article("Shed", category=below)
    tell_all()
    Notification.objects.all().delete()
    for person in (admin, alice, bob, mary, charlie):
        choosing.use_preset(person, "everything")
    started = timezone.now()
    update_article(admin, fence.pk, owner_user=alice)
    following.follow(bob, "category", category.pk)
    following.mute(bob, dogs.pk)
    following.follow(mary, "article", shed.pk)
    following.follow(charlie, "all")
    scoping.choose_scope(mary, tags=["dogs"])
    happen(admin, alice, bob, mary, fence, dogs, shed)
    tell_all()
    for article in Article.objects.all():  # what was made before would be in the preview as well
        article.events.filter(at__lt=started).update(at=started - timedelta(days=8))
    people = (admin, alice, bob, mary, charlie)
    told = {one: list(Notification.objects.filter(recipient=one).values_list("kind", flat=True)) for one in people}
    assert min(len(told[one]) for one in (alice, bob, mary)) >= 3
    assert told[charlie] == []
    for person in people:
        assert counts(person) == len(told[person]), (person, sorted(told[person]))
    Notification.objects.all().delete()
    for person in people:
        known = [kind for kind in told[person] if all(rule.find in HEARS for rule in TABLE[kind].who)]
        assert counts(person) == len(known), f"{person}: by the rules alone"
    choosing.change_settings(mary, follows_team=False)
    assert counts(mary) < len(told[mary]), "settings that are other ones now count"


def test_what_goes_out_at_one_moment_is_one_message(
    bob: User, make_article: MakeArticle, tell_all: Callable[[], None]
) -> None:
    tell_all()  # also that he is new here, which asks for a session behind each of his browsers
    following.follow(bob, "all")
    where = {"endpoint": "https://push.example.org/", "digest": "0", "session": "there"}
    PushSubscription.objects.create(user=bob, p256dh="", auth="", **where)
    choosing.change_settings(bob, most_mails=1, matrix={"article.published": {"desktop": "daily", "email": "daily"}})
    for number in range(3):
        make_article(f"Article {number}")
    tell_all()
    rows = Delivery.objects.filter(recipient=bob).order_by("channel").values_list("channel", flat=True)
    sent = [(row, rows.filter(channel=row).values("due_at").distinct().count()) for row in dict.fromkeys(rows)]
    assert messages(bob) == sent == [("desktop", 1), ("email", 1)]
    choosing.change_settings(bob, matrix={"article.published": {"desktop": "now", "email": "now"}})
    assert messages(bob) == [("desktop", 3), ("email", 2)], "beyond the cap one digest"
    began, over = (timezone.localtime() + timedelta(hours=ahead) for ahead in (-1, 1))
    choosing.change_settings(bob, quiet_from=began.time(), quiet_to=over.time())
    assert messages(bob) == [("desktop", 1), ("email", 1)], "all at the end of the quiet hours"


def messages(person: User) -> list[tuple[str, int]]:
    """What the preview says of the two channels on which something is sent."""
    seen = preview(person, choosing.matrix_of(person), choosing.settings_for(person))
    return [("desktop", seen.desktop), ("email", seen.email)]


def happen(admin: User, alice: User, bob: User, mary: User, fence: Article, dogs: Article, shed: Article) -> None:
    """A week in the centre."""
    for number, article in enumerate((fence, dogs, shed, fence)):
        replace_draft(alice, article.pk, documents.from_markdown(f"Other words {number}.").document)
        publish_article(admin, article.pk)
    comment = add_comment(bob, fence.pk, "Is this still so?")
    add_comment(mary, fence.pk, "@alice knows.", parent=comment.pk)
    resolve_thread(alice, comment.pk)
    flag = raise_flag(bob, fence.pk, "outdated", "normal", "The fee is another.")
    assign_flag(admin, flag.pk, alice.pk)
    resolve_flag(alice, flag.pk, "Corrected.")
    suggestion = suggest_change(bob, dogs.pk, documents.from_markdown("Better.").document, "Clearer")
    decline_suggestion(admin, suggestion.pk, "No.")
    replace_draft(alice, shed.pk, documents.from_markdown("Proposed.").document)
    return_proposal(admin, propose_article(alice, shed.pk).pk, "Not yet.")
    cancel_plan(admin, plan_archiving(alice, dogs.pk, timezone.now() + timedelta(days=1)).pk)
    update_article(admin, fence.pk, title="Fences")
    move_article(admin, dogs.pk, shed.category)
    archive_article(admin, dogs.pk)
