"""The article as its readers get it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from articles import documents
from articles.actions.article import archive_article, update_article
from articles.actions.audience import set_article_roles
from articles.actions.category import create_category, update_category
from articles.actions.commenting import add_comment
from articles.actions.draft import replace_draft
from articles.actions.people import create_role, set_user_roles
from articles.actions.publishing import publish_article
from articles.models import Article, Category, User
from tests.conftest import MakeArticle

from .conftest import Reader, text_of

SignIn = Callable[[User], Client]


def test_bob_reads_title_text_and_who_answers_for_it(article: Article, bob: User, read: Reader) -> None:
    page = read(bob, article.get_absolute_url())
    assert ">Building permit</h1>" in page
    assert "A permit costs <strong>745 kr</strong>." in page
    assert "Verified" in page
    assert "by Alice Ahlgren" in page
    assert "Version 1" in page
    assert "Permits" in page


def test_charlie_gets_the_same_answer_as_for_an_article_that_does_not_exist(
    article: Article, charlie: User, signed_in: SignIn
) -> None:
    hidden, absent = signed_in(charlie).get(article.get_absolute_url()), signed_in(charlie).get("/articles/999999/")
    assert hidden.status_code == absent.status_code == 404
    assert text_of(hidden) == text_of(absent)
    assert article.title not in text_of(hidden)


def test_whoever_has_not_signed_in_is_asked_to(article: Article, client: Client) -> None:
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=/articles/")


def test_an_old_address_leads_to_the_current_one_and_keeps_what_was_asked(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    former = article.get_absolute_url()
    update_article(alice, article.pk, title="Permit to build")
    answer = signed_in(bob).get(former + "?q=fee&q=cost")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/articles/{article.pk}/permit-to-build/?q=fee&q=cost"
    assert signed_in(bob).get(f"/articles/{article.pk}/").headers["Location"].endswith("/permit-to-build/")


@pytest.mark.parametrize("title", ["History", "Compare", "Edit", "Archive", "Move", "Restore", "Publish"])
def test_an_article_named_like_a_page_has_an_address_of_its_own(
    title: str, make_article: MakeArticle, bob: User, signed_in: SignIn
) -> None:
    article = make_article(title)
    answer = signed_in(bob).get(article.get_absolute_url())
    assert answer.status_code == 200
    assert f">{title}</h1>" in text_of(answer)


def test_a_new_version_is_there_for_everybody_at_once(article: Article, alice: User, bob: User, read: Reader) -> None:
    assert "745 kr" in read(bob, article.get_absolute_url())
    replace_draft(alice, article.pk, documents.from_markdown("A permit costs **795 kr**.").document)
    assert "795 kr" not in read(bob, article.get_absolute_url())
    publish_article(alice, article.pk)
    page = read(bob, article.get_absolute_url())
    assert "795 kr" in page
    assert 'data-version="2"' in page


def test_a_reader_who_loses_the_role_does_not_get_the_page_that_was_drawn_before(
    article: Article, admin: User, bob: User, signed_in: SignIn
) -> None:
    assert signed_in(bob).get(article.get_absolute_url()).status_code == 200
    set_user_roles(admin, bob.pk, ["csr"])
    assert signed_in(bob).get(article.get_absolute_url()).status_code == 404


def test_a_restricted_article_is_gone_for_those_who_are_not_named(
    article: Article, alice: User, bob: User, mary: User, signed_in: SignIn, read: Reader
) -> None:
    assert signed_in(bob).get(article.get_absolute_url()).status_code == 200
    set_article_roles(alice, article.pk, ["manager"])
    assert signed_in(bob).get(article.get_absolute_url()).status_code == 404
    assert "Restricted" in read(mary, article.get_absolute_url())


def test_the_passage_for_a_role_is_in_the_page_of_that_role_only(
    make_article: MakeArticle, admin: User, alice: User, bob: User, mary: User, read: Reader
) -> None:
    article = make_article("Discounts", "For all.\n\n::: roles manager\nUp to 10 %.\n:::\n")
    assert "Up to 10 %." in read(mary, article.get_absolute_url())
    assert "Up to 10 %." in read(alice, article.get_absolute_url())
    assert "Up to 10 %." not in read(bob, article.get_absolute_url())


def test_people_with_other_passage_roles_never_share_a_drawn_page(
    make_article: MakeArticle, admin: User, bob: User, charlie: User, read: Reader
) -> None:
    create_role(admin, "night-shift")
    set_user_roles(admin, charlie.pk, ["csr", "readers", "night-shift"])
    article = make_article("Keys", "For all.\n\n::: roles night-shift\nThe key is at the porter's.\n:::\n")
    assert "porter" in read(charlie, article.get_absolute_url())
    assert "porter" not in read(bob, article.get_absolute_url())


def test_an_archived_article_says_that_it_no_longer_holds(
    article: Article, alice: User, bob: User, read: Reader
) -> None:
    archive_article(alice, article.pk)
    assert "This no longer holds." in read(bob, article.get_absolute_url())
    assert "Bring it back" not in read(bob, article.get_absolute_url())
    assert "Bring it back" in read(alice, article.get_absolute_url())
    assert "Verified" not in read(bob, article.get_absolute_url())


def test_what_does_not_hold_is_no_answer_to_copy(
    article: Article, make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    assert main_action(read(bob, article.get_absolute_url())) == ["data-copy", "answer"]
    archive_article(alice, article.pk)
    page = read(bob, article.get_absolute_url())
    assert main_action(page) == ["href", "/search/?q=Building%20permit"]
    assert page.count('data-copy="answer"') == 1
    assert 'data-copy="answer" data-first="Archived: “Building permit” no longer holds."' in page
    draft = make_article("Food trucks", publish=False)
    page = read(alice, draft.get_absolute_url())
    assert main_action(page) == ["href", f"/articles/{draft.pk}/edit/"]
    assert 'data-copy="answer" data-first="Not published: “Food trucks” is a draft."' in page


def main_action(page: str) -> list[str]:
    """What the loudest control of an article does."""
    (tag,) = re.findall(
        r'<(?:a|button) class="btn primary[^>]*>', page.partition('id="article-actions"')[2].partition("<details")[0]
    )
    return list(re.search(r'(href|data-copy)="([^"]*)"', tag).groups())  # type: ignore[union-attr]


def test_an_archived_article_has_no_place_for_what_nobody_said(
    article: Article, alice: User, bob: User, read: Reader
) -> None:
    assert 'id="talk-title"' in read(bob, article.get_absolute_url())
    archive_article(alice, article.pk)
    assert 'id="talk-title"' not in read(bob, article.get_absolute_url())
    assert '<section id="talk"' in read(bob, article.get_absolute_url()), "an open page is brought up to date by it"


def test_an_archived_article_keeps_what_was_said(article: Article, alice: User, bob: User, read: Reader) -> None:
    add_comment(bob, article.pk, "Is that so?")
    archive_article(alice, article.pk)
    assert "Is that so?" in read(alice, article.get_absolute_url())


def test_a_draft_is_shown_to_those_who_write_and_follows_their_writing(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn, read: Reader
) -> None:
    article = make_article("Food trucks", "First thoughts.", publish=False)
    assert signed_in(bob).get(article.get_absolute_url()).status_code == 404
    assert "First thoughts." in read(alice, article.get_absolute_url())
    assert "Never published" in read(alice, article.get_absolute_url())
    replace_draft(alice, article.pk, documents.from_markdown("Second thoughts.").document)
    assert "Second thoughts." in read(alice, article.get_absolute_url())


def test_editors_are_told_of_unpublished_changes_and_readers_are_not(
    article: Article, alice: User, bob: User, read: Reader
) -> None:
    assert "Unpublished changes" not in read(alice, article.get_absolute_url())
    replace_draft(alice, article.pk, documents.from_markdown("It costs 795 kr.").document)
    assert "Unpublished changes" in read(alice, article.get_absolute_url())
    assert "Unpublished changes" not in read(bob, article.get_absolute_url())


def test_an_article_whose_review_is_overdue_is_shown_as_unverified(
    make_article: MakeArticle, bob: User, read: Reader
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    page = read(bob, make_article("Old", review_date=yesterday).get_absolute_url())
    assert "Unverified" in page
    assert "Verified" not in page
    page = read(bob, make_article("Due", review_date=timezone.localdate()).get_absolute_url())
    assert "Verified" in page
    assert "Unverified" not in page


def test_only_those_who_may_are_offered_to_edit_move_restrict_and_archive(
    article: Article, alice: User, bob: User, read: Reader
) -> None:
    offered = [f"/articles/{article.pk}/{what}/" for what in ("edit", "move", "readers", "archive")]
    assert all(address in read(alice, article.get_absolute_url()) for address in offered)
    page = read(bob, article.get_absolute_url())
    assert not any(address in page for address in offered[1:])
    assert page.count(offered[0]) == 1
    assert "Watch the draft live" in page  # shown while somebody writes


def test_the_page_says_why_one_can_see_it(article: Article, alice: User, admin: User, bob: User, read: Reader) -> None:
    assert "Your role readers may read" in read(bob, article.get_absolute_url())
    assert "Your role writers may read" in read(alice, article.get_absolute_url())
    assert "You are an administrator" in read(admin, article.get_absolute_url())


def test_a_long_article_has_contents_and_a_short_one_has_none(
    make_article: MakeArticle, bob: User, read: Reader
) -> None:
    parts = "\n\n".join(f"## Part {n}\n\n" + "Something to read about it. " * 30 for n in range(4))
    assert 'href="#part-2"' in read(bob, make_article("Long", parts).get_absolute_url())
    short = read(
        bob, make_article("Short", "## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText.").get_absolute_url()
    )
    assert 'href="#two"' not in short


def test_next_and_previous_walk_through_the_topic_by_title(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    first, second, third = (make_article(title) for title in ("Apples", "Berries", "Cherries"))
    page = read(bob, second.get_absolute_url())
    assert f'rel="prev" href="{first.get_absolute_url()}"' in page
    assert f'rel="next" href="{third.get_absolute_url()}"' in page
    archive_article(alice, third.pk)
    assert 'rel="next"' not in read(bob, second.get_absolute_url())


def test_markup_in_titles_tags_and_names_is_text(
    make_article: MakeArticle, alice: User, category: Category, read: Reader
) -> None:
    article = make_article("<script>alert(1)</script>", "Text.", tags=['"><img src=x onerror=alert(1)>'])
    page = read(alice, article.get_absolute_url())
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_no_page_holds_script_or_style_of_its_own(article: Article, alice: User, read: Reader) -> None:
    for address in ("/", article.get_absolute_url(), f"/articles/{article.pk}/history/", "/categories/permits/"):
        page = read(alice, address)
        assert " style=" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/kb/app')


def test_the_owner_is_whoever_answers_for_the_article_also_by_its_topic(
    admin: User, alice: User, bob: User, category: Category, make_article: MakeArticle, read: Reader
) -> None:
    article = make_article("Sheds", category=create_category(admin, "Small houses", category))

    def owner() -> str:
        return " ".join(re.findall(r"<dt>Owner</dt><dd>(.*?)</dd>", read(bob, article.get_absolute_url())))

    assert owner() == "none"
    update_category(admin, category.pk, owner_role=Group.objects.get(name="writers"))
    assert owner() == "writers (by the topic)"
    update_category(admin, category.pk, owner_role=None, owner_user=alice)
    assert owner() == "Alice Ahlgren (by the topic)"
    update_article(admin, article.pk, owner_user=bob)
    assert owner() == "Bob Berg"
