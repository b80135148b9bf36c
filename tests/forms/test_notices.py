"""Notices: the form with boxes for topics and roles, and what a search shows of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from articles.actions.announcing import add_notice
from articles.actions.category import create_category
from articles.models import Category, Notice, User
from tests.conftest import MakeArticle

SignIn = Callable[[User], Client]


def test_a_search_shows_what_is_announced_for_the_topics_that_it_finds(
    index: Callable[[], None],
    make_article: MakeArticle,
    admin: User,
    mary: User,
    bob: User,
    charlie: User,
    signed_in: SignIn,
) -> None:
    make_article("Fence", "Where may a fence stand?")
    create_category(admin, "Water", grants={"everyone": ["view"]})
    index()
    end = timezone.now() + timedelta(hours=2)
    add_notice(mary, "Permits office is down.", end, categories=["permits"])
    add_notice(mary, "Water office is down.", end, categories=["water"])
    add_notice(mary, "Only for managers.", end, categories=["permits"], roles=["manager"])
    add_notice(mary, "Planned for later.", end, categories=["permits"], starts=end - timedelta(minutes=5))
    shown = signed_in(bob).get("/search/?q=fence").content.decode()
    assert "Permits office is down." in shown
    for words in ("Water office", "Only for managers", "Planned for later"):
        assert words not in shown
    assert "Permits office" not in signed_in(bob).get("/search/?q=nothingatall").content.decode()
    assert "Permits office" not in signed_in(charlie).get("/search/?q=fence").content.decode()


def test_topics_and_roles_of_a_notice_are_boxes_that_keep_what_was_ticked(
    category: Category, admin: User, mary: User, signed_in: SignIn
) -> None:
    create_category(admin, "Fences", parent=category, grants={"everyone": ["view"]})
    client, end = signed_in(mary), f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    page = client.get("/notices/").content.decode()
    assert "<select" not in page.partition('aria-labelledby="new-notice"')[2].partition("</form>")[0]
    assert re.search(r'data-depth="1"[^>]*><input type="checkbox" name="categories" value="fences"', page)
    said = {"text": "Closed.", "tone": "warn", "starts": "", "ends": "", "categories": ["permits", "fences"]}
    answer = client.post("/notices/", said)
    assert answer.status_code == 422
    ticked = re.findall(r'name="categories" value="(\w+)"[^>]* checked', answer.content.decode())
    assert sorted(ticked) == ["fences", "permits"]
    assert client.post("/notices/", {**said, "ends": end, "roles": ["writers"]}).status_code == 302
    notice = Notice.objects.get()
    assert {one.slug for one in notice.categories.all()} == {"permits", "fences"}
    page = client.get(f"/notices/{notice.pk}/").content.decode()
    assert re.findall(r'name="roles" value="(\w+)"[^>]* checked', page) == ["writers"]
