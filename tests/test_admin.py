"""Grants and roles are given in Django's admin, which goes through the actions: each change is an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from articles import access, epoch
from articles.actions import noting, people
from articles.actions.category import update_category
from articles.models import AccessRoot, Article, Category, Event, SynonymGroup, User
from notifications.models import Follow, Target

SignedIn = Callable[[User], Client]


def since(seq: int) -> list[str]:
    return list(Event.objects.filter(seq__gt=seq).values_list("kind", flat=True))


def category_form(category: Category, **changes: Any) -> dict[str, Any]:
    return {
        "name": category.name, "slug": category.slug, "parent": category.parent_id or "", "position": category.position,
        "publishing": category.publishing, "owner_user": "", "owner_role": "", **changes,
    }  # fmt: skip


def test_grants_of_a_category_are_given_there_and_hold_at_once(
    signed_in: SignedIn, admin: User, bob: User, charlie: User, category: Category, article: Article
) -> None:
    before = epoch.current().seq
    form = category_form(category, grant_view=["csr"], grant_publish=["writers"])
    answer = signed_in(admin).post(f"/admin/articles/category/{category.pk}/change/", form)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert access.grants_at(category.access_root_id) == {"csr": ["view"], "writers": ["publish"]}
    assert since(before) == ["category.changed"]
    assert access.can(charlie, "view", article)


def test_a_category_is_made_moved_and_removed_there(signed_in: SignedIn, admin: User, category: Category) -> None:
    client = signed_in(admin)
    empty = {"name": "Fences", "slug": "", "position": 0, "publishing": "reviewed", "owner_user": "", "owner_role": ""}
    client.post("/admin/articles/category/add/", {**empty, "parent": category.pk, "inherits": "on"})
    fences = Category.objects.get(name="Fences")
    assert fences.path == f"/{category.pk}/{fences.pk}/"
    assert fences.access_root_id == category.access_root_id
    client.post(f"/admin/articles/category/{fences.pk}/change/", category_form(fences, parent="", inherits="on"))
    fences.refresh_from_db()
    assert (fences.path, fences.access_root_id) == (f"/{fences.pk}/", None)
    answer = client.post(
        f"/admin/articles/category/{category.pk}/change/", category_form(category, parent=category.pk, inherits="on")
    )
    assert "cannot be moved into itself" in answer.content.decode()
    client.post(f"/admin/articles/category/{fences.pk}/delete/", {"post": "yes"})
    assert not Category.objects.filter(pk=fences.pk).exists()


def test_an_article_gets_grants_of_its_own_there_and_gives_them_back(
    signed_in: SignedIn, admin: User, bob: User, article: Article
) -> None:
    client, before = signed_in(admin), epoch.current().seq
    address = f"/admin/articles/article/{article.pk}/change/"
    assert client.post(address, {"grant_manage": ["writers"]}).status_code == 302
    assert not access.visible_to(bob).filter(pk=article.pk).exists()
    assert client.post(address, {"inherits": "on"}).status_code == 302
    assert access.visible_to(bob).filter(pk=article.pk).exists()
    assert since(before) == ["article.audience_changed"] * 2
    assert AccessRoot.objects.count() == 1


def test_roles_and_closed_accounts_are_events(signed_in: SignedIn, admin: User, bob: User, article: Article) -> None:
    client, before = signed_in(admin), epoch.current().seq
    form = {"username": "bob", "first_name": "Bob", "last_name": "Berg", "email": "", "language": "", "is_active": "on"}
    assert client.post(f"/admin/articles/user/{bob.pk}/change/", {**form, "groups": []}).status_code == 302
    assert not access.visible_to(bob).exists()
    assert since(before) == ["user.access_changed"]
    del form["is_active"]
    client.post(f"/admin/articles/user/{bob.pk}/change/", form)
    assert not access.read_view(bob.pk).active


def test_built_in_roles_cannot_be_removed_and_others_take_their_grants_along(
    signed_in: SignedIn, admin: User, bob: User, article: Article
) -> None:
    client = signed_in(admin)
    everyone, readers = Group.objects.get(name="everyone"), Group.objects.get(name="readers")
    assert client.post(f"/admin/auth/group/{everyone.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"/admin/auth/group/{readers.pk}/delete/", {"post": "yes"})
    assert not access.visible_to(bob).exists()


def test_what_goes_with_a_person_or_role_is_not_told_in_its_words(
    signed_in: SignedIn, admin: User, bob: User, article: Article
) -> None:
    noting.add_note(bob, article.pk, "Only for Bob.")
    note = noting.add_note(bob, article.pk, "Truck 4 is out.", audience="readers")
    Follow.objects.create(user=bob, target=Target.SEARCH, query="early retirement")
    client = signed_in(admin)
    asked = client.get(f"/admin/articles/user/{bob.pk}/delete/").content.decode()
    assert f"note {note.pk}" in asked
    asked += client.get(f"/admin/auth/group/{Group.objects.get(name='readers').pk}/delete/").content.decode()
    for words in ("Only for Bob", "Truck 4", "retirement"):
        assert words not in asked


def test_the_notes_of_a_role_that_is_removed_are_their_authors_own(
    signed_in: SignedIn, admin: User, bob: User, mary: User, article: Article
) -> None:
    note = noting.add_note(bob, article.pk, "Truck 4 is out.", audience="readers", pinned=True)
    reader, of_team, address = signed_in(bob), signed_in(mary), article.get_absolute_url()
    people.set_user_roles(None, mary.pk, ["readers", "writers"])
    update_category(admin, article.category_id, grants={"writers": ["view"], "csr": ["view"]})
    assert "Truck 4" in of_team.get(address).content.decode()
    before, readers = epoch.current().seq, Group.objects.get(name="readers")
    assert signed_in(admin).post(f"/admin/auth/group/{readers.pk}/delete/", {"post": "yes"}).status_code == 302
    assert since(before) == ["user.access_changed"], "so open pages draw what they show again"
    assert "Truck 4" in reader.get(address).content.decode()
    for other in (of_team, signed_in(admin)):
        assert "Truck 4" not in other.get(address).content.decode()
        assert other.get(f"/notes/{note.pk}/").status_code == 404
    note.refresh_from_db()
    assert (note.role, note.pinned) == (None, True)


def test_synonyms_are_kept_there(signed_in: SignedIn, admin: User) -> None:
    client = signed_in(admin)
    client.post("/admin/articles/synonymgroup/add/", {"language": "sv", "words": "Dagis,  förskola, dagis"})
    assert SynonymGroup.objects.get().terms == ("dagis", "förskola")
    answer = client.post("/admin/articles/synonymgroup/add/", {"language": "sv", "words": "dagis"})
    assert "at least two words" in answer.content.decode()


@pytest.mark.parametrize("model", ["event", "article", "category", "apitoken", "user", "synonymgroup"])
def test_every_page_of_the_admin_opens_and_only_for_administrators(
    signed_in: SignedIn, admin: User, mary: User, article: Article, model: str
) -> None:
    assert signed_in(admin).get(f"/admin/articles/{model}/").status_code == 200
    assert signed_in(mary).get(f"/admin/articles/{model}/").status_code == 302


def test_the_way_out_of_the_admin_is_the_page_that_wipes_what_the_browser_keeps(admin: User, client: Client) -> None:
    client.force_login(admin)
    for method in (client.get, client.post):
        assert method("/admin/logout/").headers["Location"] == "/accounts/logout/"
    page = client.get("/accounts/logout/").content.decode()
    assert f'data-user="{admin.pk}"' in page
    assert 'src="/static/kb/app.js"' in page
