"""Home: what changed, and what waits for oneself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.announcing import add_notice
from articles.actions.answering import assign_flag
from articles.actions.article import archive_article, update_article
from articles.actions.audience import set_article_roles
from articles.actions.category import create_category, update_category
from articles.actions.draft import replace_draft
from articles.actions.flagging import raise_flag
from articles.actions.personal import note_opened, note_visit, set_favourite
from articles.actions.publishing import publish_article
from articles.actions.scoping import choose_scope
from articles.drafts import moments
from articles.models import Article, DraftClient, DraftMoment, User, Visit
from tests.conftest import MakeArticle

from .conftest import Reader, counted, tables


def test_the_newest_change_stands_first_with_what_was_changed(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    older, newer = make_article("Older"), make_article("Newer")
    publish_article(alice, older.pk, note="The fee is 795 kr from May.")
    page = read(bob, "/")
    assert page.index(older.get_absolute_url()) < page.index(newer.get_absolute_url())
    assert "The fee is 795 kr from May." in page
    assert "version 2" in page


def test_charlie_sees_no_topic_and_is_told_what_to_do(article: Article, charlie: User, read: Reader) -> None:
    page = read(charlie, "/")
    assert article.title not in page
    assert "Permits" not in page
    assert "Ask your manager" in page


def test_changes_come_a_page_at_a_time(make_article: MakeArticle, bob: User, read: Reader) -> None:
    for number in range(25):
        make_article(f"Article {number:02}")
    assert "1–20 of 25" in read(bob, "/")
    second = read(bob, "/?page=2")
    assert "21–25 of 25" in second
    assert "Article 00" in second
    assert "Article 24" not in second


def test_a_page_number_that_is_none_shows_the_first_page(article: Article, bob: User, read: Reader) -> None:
    for number in ("x", "-1", "0", "٣", "99999999999999999999"):
        assert article.title in read(bob, f"/?page={number}")


def test_drafts_and_archived_articles_are_no_news(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    make_article("Not yet", publish=False)
    archive_article(alice, make_article("No longer").pk)
    for person in (alice, bob):
        changes = read(person, "/").partition('id="for-you"')[0]
        assert "Not yet" not in changes
        assert "No longer" not in changes


def test_writers_find_what_they_have_not_published(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    make_article("Not yet", publish=False)
    changed = make_article("In work")
    replace_draft(alice, changed.pk, documents.from_markdown("New text.").document)
    page = read(alice, "/")
    assert "Your drafts" in page
    assert "never published" in page
    assert "unpublished changes" in page
    publish_article(alice, changed.pk)
    assert "unpublished changes" not in read(alice, "/")
    assert "Your drafts" not in read(bob, "/")


def test_a_draft_stays_with_all_who_wrote_in_what_is_not_published(
    make_article: MakeArticle, admin: User, alice: User, read: Reader
) -> None:
    begun, changed, of_admin = make_article("Begun", publish=False), make_article("Changed"), make_article("Of admin")

    def write(user: User, article: Article, text: str) -> None:
        replace_draft(user, article.pk, documents.from_markdown(text).document)

    def drafts_of(user: User) -> list[str]:
        shown = read(user, "/").partition("Your drafts")[2].partition("</section>")[0]
        return re.findall(r'/edit/">([^<]*)<', shown)

    write(alice, changed, "Alice's text.")
    for article in (begun, changed, of_admin):
        write(admin, article, "The admin's text.")
    assert drafts_of(alice) == ["Changed", "Begun"]
    assert drafts_of(admin) == ["Of admin", "Changed", "Begun"]
    publish_article(admin, changed.pk)
    write(admin, changed, "More of the admin's.")
    assert drafts_of(alice) == ["Begun"], "what was hers is published"
    # The editor has stayed open in her window: no client of hers is new, and what she wrote is counted with a moment.
    DraftClient.objects.filter(draft=of_admin.pk).update(user=alice, first_seq=1)
    moments.record(of_admin.pk)
    assert drafts_of(alice) == ["Begun"], "it counts who wrote"
    DraftMoment.objects.filter(draft=of_admin.pk).update(writers={str(alice.pk): [5, 0]})
    assert drafts_of(alice) == ["Of admin", "Begun"]
    update_category(admin, begun.category_id, grants={"readers": ["view"]})
    assert drafts_of(alice) == [], "she may not edit there any more"


def test_owners_find_what_they_answer_for_the_overdue_first(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    today = timezone.localdate()
    make_article("Later", owner_user=bob, review_date=today + timedelta(days=30))
    overdue = make_article("Overdue", owner_user=bob)
    Article.objects.filter(pk=overdue.pk).update(review_date=today - timedelta(days=3))
    make_article("Of nobody")
    mine = read(bob, "/").partition("Yours to keep current")[2].partition("New articles")[0]
    assert mine.index("Overdue") < mine.index("Later")
    assert "Review was due" in mine
    assert "Of nobody" not in mine
    update_article(alice, overdue.pk, owner_user=None)
    assert "Overdue" not in read(bob, "/").partition("Yours to keep current")[2].partition("New articles")[0]


def test_what_changed_since_the_last_visit_stands_first_and_is_counted(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    make_article("Old")
    assert "In the last seven days" in read(bob, "/")
    Visit.objects.create(user=bob, since=None, seen_at=timezone.now() - timedelta(hours=6))
    Article.objects.filter(title="Old").update(updated_at=timezone.now() - timedelta(hours=9))
    make_article("New")
    page = read(bob, "/").partition('id="for-you"')[0]
    _, found, after = page.partition("Since you were here,")
    assert found
    news, _, before = after.partition("</section>")
    assert '<span class="number">1</span>' in news
    assert "New" in news
    assert "Old" not in news
    assert "Old" in before
    note_visit(bob, all_seen=True)
    assert "Since you were here" not in read(bob, "/")


def test_home_shows_what_is_in_ones_topics_and_how_much_is_not(
    make_article: MakeArticle, admin: User, alice: User, bob: User, read: Reader
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    make_article("Bin", category=waste)
    make_article("Permit one")
    set_article_roles(alice, make_article("Hidden permit").pk, ["writers"])
    choose_scope(bob, categories=["waste"])
    page = read(bob, "/")
    assert "Bin" in page
    assert "Permit one" not in page
    assert "1 more outside your topics" in page
    assert "Show 1 more article" in page
    choose_scope(bob, show="all")
    page = read(bob, "/")
    assert "Permit one" in page
    assert "Hidden permit" not in page
    assert "Only my topics" in page


def test_favourites_and_what_was_opened_stand_beside_it(
    make_article: MakeArticle, alice: User, bob: User, mary: User, read: Reader
) -> None:
    assert "The star beside a title" in read(bob, "/")
    star, opened = make_article("Starred"), make_article("Opened")
    set_favourite(bob, star.pk, True)
    for person in (bob, alice, mary):
        note_opened(person, opened.pk)
    own = read(bob, "/").partition('id="for-you"')[2]
    assert own.index("Favourites") < own.index("Starred") < own.index("Opened last") < own.index("Most asked today")
    assert "3 colleagues" in own


def test_notices_about_topics_stand_beside_it_for_those_whom_they_are_for(
    article: Article, admin: User, mary: User, bob: User, charlie: User, read: Reader
) -> None:
    create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    create_category(admin, "Secret shed", grants={"writers": ["publish"]})
    tomorrow = timezone.now() + timedelta(days=1)
    add_notice(mary, "Phones are down", tomorrow)
    add_notice(mary, "Truck 4 is late", tomorrow, categories=["waste"])
    add_notice(admin, "The shed is on fire", tomorrow, categories=["secret-shed", "permits"], tone="danger")
    add_notice(mary, "For writers", tomorrow, categories=["waste"], roles=["writers"])
    add_notice(mary, "Not yet", tomorrow, starts=tomorrow - timedelta(hours=1), categories=["waste"])
    own = read(bob, "/").partition('id="for-you"')[2]
    notices = own.partition("Notices about topics")[2].partition("</section>")[0]
    assert notices.index("The shed is on fire") < notices.index("Truck 4 is late")
    assert 'href="/categories/permits/"' in notices
    for hidden in ("For writers", "Not yet", "Secret shed"):
        assert hidden not in own
    assert "Phones are down" not in notices, "what stands on all pages stands above"
    assert "Phones are down" in read(bob, "/").partition('id="for-you"')[0]
    assert "fire" not in read(charlie, "/")


def test_notices_of_ones_own_topics_stand_before_those_of_others(
    make_article: MakeArticle, admin: User, mary: User, bob: User, read: Reader
) -> None:
    waste = create_category(admin, "Waste", grants={"writers": ["publish"], "readers": ["view"]})
    make_article("Bin", category=waste)
    tomorrow = timezone.now() + timedelta(days=1)
    add_notice(mary, "Own", tomorrow, categories=["waste"])
    add_notice(mary, "Other", tomorrow, categories=["permits"])
    page = read(bob, "/")
    assert page.index("Other") < page.index("Own"), "the newest first"
    choose_scope(bob, categories=["waste"])
    page = read(bob, "/")
    assert page.index("Own") < page.index("Other")


def test_flags_that_wait_for_somebody_stand_first_the_soonest_due_before(
    article: Article, alice: User, bob: User, read: Reader
) -> None:
    reported = raise_flag(alice, article.pk, "incorrect", "normal", "Reported by Alice.")
    for severity, text in (("low", "Not in a hurry."), ("urgent", "In a hurry.")):
        flag = raise_flag(bob, article.pk, "unclear", severity, text)
        assign_flag(alice, flag.pk, alice.pk)
    own = read(alice, "/").partition("Your flags")[2].partition("</section>")[0]
    assert own.index("In a hurry.") < own.index("Not in a hurry.") < own.index(f"/flags/{reported.pk}/")
    assert own.count("for you to answer") == 2
    assert "for you to answer" not in read(bob, "/")


def test_home_asks_as_often_for_much_as_for_little(
    make_article: MakeArticle, admin: User, alice: User, mary: User, signed_in: Callable[[User], Client]
) -> None:
    """All that home has: news, notices, flags and answers, drafts, favourites, what was opened and asked today."""
    client = signed_in(alice)
    tomorrow = timezone.now() + timedelta(days=1)

    def more(count: int) -> list[str]:
        for number in range(count):
            article = make_article(f"Article {count} {number}")
            replace_draft(alice, article.pk, documents.from_markdown("New text.").document)
            set_favourite(alice, article.pk, True)
            for person in (alice, mary):
                note_opened(person, article.pk)
            add_notice(mary, f"Notice {count} {number}", tomorrow, categories=["permits"])
            raise_flag(alice, article.pk, "incorrect", "normal", f"Wrong {count} {number}.")
        client.get("/")
        with counted() as queries:
            html = client.get("/").content.decode()
        for part in ("Notices about topics", "Your flags", "Your drafts", "Favourites", "Opened last", "Most asked"):
            assert part in html
        return tables(queries)

    few = more(8)
    assert more(8) == few
    assert len(few) <= 8
