"""What `load_demo` promises: the people, what each of them sees and may do, and a believable past."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

from articles import access, documents, personal, reviews
from articles import scope as scopes
from articles.demo import load, source
from articles.models import Article, Category, Image, PinnedAnswer, Significance, Status, User, Version
from articles.waiting import planned_for, suggestions_for, waiting_for
from notifications.api.follows import follows_of
from notifications.demo import read_follows
from notifications.models import Follow, Target
from notifications.record import waiting_for as to_confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centre")]

HIDDEN_FROM_EVERYONE_BUT = {
    "waste-team": {"clara", "maria", "admin"},
    "building-team": {"clara", "maria", "admin"},
    "schools-team": {"carl", "maria", "admin"},
    "social-care": {"maria", "admin"},
    "financial-support": {"maria", "admin"},
    "protection": {"maria", "admin"},
    "centre": {"clara", "carl", "erik", "ella", "maria", "admin"},
    "centre-leads": {"maria", "admin"},
}


def person(username: str) -> User:
    return User.objects.get(username=username)


def test_everything_of_the_files_is_there(centre: load.Loaded) -> None:
    files = source.read_articles()
    assert centre.articles == Article.objects.count() == len(files)
    assert centre.versions == Version.objects.count() == sum(len(one.published) for one in files)
    assert centre.categories == Category.objects.count() == len(source.read_categories())
    assert set(Article.objects.values_list("title", flat=True)) == {one.title for one in files}


@pytest.mark.parametrize(
    ("username", "roles"),
    [
        ("clara", {"csr", "permits", "waste"}),
        ("carl", {"csr", "schools"}),
        ("erik", {"editor"}),
        ("ella", {"editor"}),
        ("maria", {"manager", "social-care"}),
        ("admin", set()),
    ],
)
def test_everybody_signs_in_with_the_password_demo_and_has_the_promised_roles(username: str, roles: set[str]) -> None:
    user = authenticate(username=username, password="demo")
    assert isinstance(user, User)
    assert set(user.groups.values_list("name", flat=True)) == roles
    assert user.email == f"{username}@example.org"
    assert user.is_superuser == (username == "admin")
    assert user.language == ("sv" if username == "ella" else "en")
    assert " " in user.get_full_name()


@pytest.mark.parametrize("username", ["clara", "carl", "erik", "ella", "maria", "admin"])
def test_nobody_sees_an_article_of_a_team_that_is_not_theirs(username: str) -> None:
    seen = set(access.visible_to(person(username)).values_list("pk", flat=True))
    for article in Article.objects.select_related("category").filter(own_root=None, version__isnull=False):
        allowed = HIDDEN_FROM_EVERYONE_BUT.get(article.category.slug)
        expected = allowed is None or username in allowed
        verb = "see" if expected else "not see"
        assert (article.pk in seen) == expected, f"{username} should {verb} “{article.title}”"


@pytest.mark.parametrize("username", ["clara", "carl", "erik", "ella"])
def test_social_care_does_not_exist_for_those_outside_it(username: str) -> None:
    user = person(username)
    hidden = ("social-care", "financial-support", "protection")
    assert not access.visible_to(user).filter(category__slug__in=hidden).exists()
    assert not access.categories_for(user).filter(slug__in=hidden).exists()
    assert Article.objects.filter(category__slug__in=hidden).count() >= 5


def test_an_article_is_restricted_to_one_team_in_a_category_that_all_read() -> None:
    article = Article.objects.get(own_root__isnull=False, category__slug="events-and-alcohol")
    assert access.can(person("clara"), "view", article)
    assert not access.can(person("carl"), "view", article)
    assert access.can(person("carl"), "view", article.category)
    assert access.can(person("maria"), "manage", article)


def test_erik_may_publish_in_a_category_that_clara_and_carl_read() -> None:
    articles = Article.objects.filter(category__slug="waste").select_related("category")
    assert articles
    for article in articles:
        assert access.can(person("erik"), "publish", article)
        assert access.can(person("clara"), "view", article)
        assert access.can(person("carl"), "view", article)


def test_what_editors_write_about_building_is_published_by_a_manager() -> None:
    article = Article.objects.select_related("category").filter(category__slug="building")[0]
    assert access.can(person("erik"), "edit", article)
    assert not access.can(person("erik"), "publish", article)
    assert access.can(person("maria"), "publish", article)


def test_managers_manage_every_category() -> None:
    maria = person("maria")
    for category in Category.objects.all():
        assert access.can(maria, "manage", category), f"Maria should be able to manage {category}, but cannot"


def test_every_published_article_is_found_by_somebody_who_is_no_administrator() -> None:
    found = {pk for user in User.objects.filter(is_superuser=False) for pk in ids(access.visible_to(user))}
    assert found == ids(Article.objects.all())


def test_links_lead_to_articles_that_whoever_reads_them_may_see() -> None:
    """A link from an article for everybody into a team's own would be a dead end for most of its readers."""
    for version in current_versions():
        readers = [user for user in User.objects.all() if access.can(user, "view", version.article)]
        for target in Article.objects.filter(pk__in=documents.article_links(version.document)):
            assert target.status == Status.PUBLISHED
            blind = {user.username for user in readers if not access.can(user, "view", target)}
            assert not blind, f"“{version.title}” leads {blind} to “{target.title}”"


def test_links_to_files_became_links_to_articles() -> None:
    versions = list(Version.objects.all())
    for version in versions:
        assert ".md" not in str(version.document)
        links = documents.article_links(version.document)
        assert links == ids(Article.objects.filter(pk__in=links))
    assert sum(bool(documents.article_links(version.document)) for version in versions) > 60


def test_pictures_are_stored_with_their_articles() -> None:
    images = list(Image.objects.all())
    assert {image.name for image in images} == {"bin-sizes.png", "parking-zones.png"}
    for image in images:
        assert image.file.read_bytes().startswith(b"\x89PNG")
        assert image.article.version is not None
        assert image.pk in documents.image_ids(image.article.version.document)


def test_articles_have_a_past_by_different_people() -> None:
    long = Article.objects.annotate(count=Count("versions")).filter(count__gte=2)
    assert long.count() >= 10
    assert max(one.count for one in long) == 4
    by_several = [one for one in long if len(set(one.versions.values_list("author", flat=True))) > 1]
    assert len(by_several) >= 5
    for article in long:
        texts = [documents.to_text(version.document) for version in article.versions.all()]
        assert len(set(texts)) == len(texts), f"two versions of “{article.title}” say the same"
        assert all(article.versions.values_list("note", flat=True)), f"a version of “{article.title}” has no note"


def test_must_reads_wait_for_clara_and_carl_and_some_have_confirmed_them() -> None:
    identity, threats = "Identity check: what may I say to whom?", "Hot och obehagliga samtal"
    waiting = {name: {one.question.title for one in to_confirm(person(name))}
        for name in ("clara", "carl", "erik", "ella", "maria", "admin")
    }  # fmt: skip
    assert waiting == {
        "clara": {identity}, "carl": {identity, threats}, "erik": set(), "ella": set(), "maria": set(),
        "admin": set(),
    }  # fmt: skip
    assert Version.objects.filter(significance=Significance.MUST_READ).count() == 2


def test_review_dates_are_overdue_and_coming_and_one_article_is_evergreen() -> None:
    published = Article.objects.filter(status=Status.PUBLISHED)
    today = timezone.localdate()
    assert reviews.overdue(published, today).count() == 2
    assert reviews.coming(published, today).count() == 2
    assert Article.objects.get(evergreen=True).review_date is None


def test_some_articles_have_changes_that_are_not_published_one_never_was_and_one_is_archived() -> None:
    changed = [one for one in Article.objects.exclude(version=None) if one.draft.has_unpublished_changes]
    assert {one.title for one in changed} == {
        "Fence, wall or hedge: is a permit needed?", "Permit to serve alcohol", "Water meter, reading and water bill",
    }  # fmt: skip
    never = Article.objects.get(version=None)
    assert never.status == Status.DRAFT
    assert never.draft.seq > 0
    assert Article.objects.get(status=Status.ARCHIVED).title == "Advance voting in the general election 2026"


def test_a_proposal_a_plan_and_a_suggestion_wait() -> None:
    assert [one.title for one in waiting_for(person("maria"))] == ["Fence, wall or hedge: is a permit needed?"]
    assert list(waiting_for(person("erik"))) == []
    plan = planned_for(person("erik")).get()
    assert (plan.title, plan.author, plan.state) == ("Water meter, reading and water bill", person("erik"), "waiting")
    suggestion = suggestions_for(person("erik")).get()
    assert (suggestion.article.title, suggestion.author) == ("Hazardous waste from households", person("clara"))


def test_some_articles_hold_a_passage_that_only_managers_or_a_team_read() -> None:
    roles = {role for version in current_versions() for role in version.passage_roles}
    assert roles == {"manager", "waste"}


def test_every_article_has_an_owner_and_a_date_of_review() -> None:
    assert not Article.objects.filter(owner_role=None).exists()
    assert not Article.objects.filter(review_date=None, evergreen=False).exists()


def test_people_of_the_centre_have_topics_favourites_and_pinned_answers() -> None:
    clara, carl, erik = map(person, ("clara", "carl", "erik"))
    for user in (clara, carl):
        scope = scopes.of(user)
        assert scope.chosen
        assert scope.narrows
        assert scope.inside > 10
        assert scope.outside > 10
        assert set(scopes.start_of(user)) <= scope.below, "what their teams answer for is a part of it"
    assert scopes.of(erik).chosen
    assert not scopes.of(erik).narrows, "an editor sees everything until he narrows it"
    for user in (clara, carl, erik):
        assert len(personal.favourites(user, 9)) >= 2
        assert personal.recent(user, 9)
    assert {pin.pinned_by for pin in PinnedAnswer.objects.all()} == {erik, person("maria")}


def test_everybody_but_the_administrator_follows_and_mutes_something_that_they_may_see() -> None:
    wishes = read_follows()
    assert set(wishes) == {"clara", "carl", "erik", "ella", "maria"}
    for name, wanted in wishes.items():
        seen = follows_of(person(name))
        assert seen.count() == Follow.objects.filter(user=person(name)).count() == len(wanted)
        assert {Target.TAG, Target.SEARCH, Target.CATEGORY} <= set(seen.values_list("target", flat=True))
    assert Follow.objects.filter(muted=True).count() == 4


def test_loading_a_second_time_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = everything()
    for options in ({}, {"once": True}, {"force": True}):
        call_command("load_demo", **options)
    assert everything() == before
    assert capsys.readouterr().err.count("loaded already") == 3


def current_versions() -> list[Version]:
    published = Article.objects.filter(status=Status.PUBLISHED).select_related("version__article__category")
    return [article.version for article in published if article.version is not None]


def ids(articles: Any) -> set[int]:
    return set(articles.values_list("pk", flat=True))


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the knowledge base and its people."""
    models = [*apps.get_app_config("articles").get_models(), *apps.get_app_config("auth").get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}
