"""Prepared queries give what Django's own would give, for values of every kind, and look sessions and people up rightly."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import epoch
from articles.days import today
from articles.models import Article, User
from articles.models.event import EventCounter
from articles.prepared import Prepared, Slot
from kbcentre.sessions import PersonBackend, SessionStore
from tests.conftest import MakeArticle

pytestmark = pytest.mark.django_db


def test_an_object_has_all_its_values_in_their_types(django_assert_num_queries) -> None:
    User.objects.create_user("ada", last_login=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), absent_until=date(2026, 3, 1))
    made = User.objects.create_user("bo", scope={"categories": [1], "show": "all"}, single_keys=False)
    query = Prepared(lambda: User.objects.filter(username=Slot("name", User._meta.get_field("username"))))
    for name in ("ada", "bo"):  # the second time the SQL is known
        with django_assert_num_queries(1):
            found = query.one(name=name)
        real = User.objects.get(username=name)
        assert found == real
        assert not found._state.adding
        for field in User._meta.concrete_fields:
            assert getattr(found, field.attname) == getattr(real, field.attname), field.name
    assert found is not None
    assert found.pk == made.pk
    assert query.one(name="nobody") is None


def test_plain_rows_and_values_that_stay() -> None:
    User.objects.create_user("ada", language="sv")
    User.objects.create_user("bo", language="sv", is_active=False)
    sums = User.objects.filter(language=Slot("language", User._meta.get_field("language")), is_active=True)
    query = Prepared(
        lambda: sums.order_by().values("language").annotate(people=Count("pk")).values_list("language", "people")
    )
    assert query.one(language="sv") == ("sv", 1)
    assert query.one(language="en") is None


def test_objects_bring_along_what_hangs_on_them(make_article: MakeArticle) -> None:
    first, second = make_article("One", "Text."), make_article("Two", "Text.", publish=False)
    query = Prepared(
        lambda: (
            Article.objects.filter(pk__gte=Slot("pk", Article._meta.pk))
            .select_related("category", "version__rendering", "owner_user")
            .order_by("pk")
        )
    )
    with CaptureQueriesContext(connection) as asked:
        found = query.all(pk=first.pk)
        said = [(one.title, one.category.slug, one.version and one.version.rendering.html) for one in found]
    assert len(asked) == 1
    assert first.version is not None
    slug = first.category.slug
    assert said == [("One", slug, first.version.rendering.html), ("Two", slug, None)]
    assert second.version is None


def test_a_slot_without_a_value_is_refused() -> None:
    query = Prepared(lambda: User.objects.filter(pk=Slot("pk", User._meta.pk)))
    with pytest.raises(KeyError):
        query.one(person=1)


def test_a_value_is_never_taken_for_sql() -> None:
    User.objects.create_user("ada")
    query = Prepared(lambda: User.objects.filter(username=Slot("name", User._meta.get_field("username"))))
    assert query.one(name="x' OR '1'='1") is None


def test_the_epoch_is_read_as_it_stands() -> None:
    row = EventCounter.objects.values_list("seq", "access_seq", "listing_seq").first()
    assert tuple(epoch.current()) == (row or (0, 0, 0))


def test_a_session_ends_when_it_is_deleted_or_too_old() -> None:
    store = SessionStore()
    store["word"] = "kept"
    store.create()
    assert SessionStore(store.session_key)["word"] == "kept"
    store.model.objects.filter(pk=store.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    late = SessionStore(store.session_key)
    assert late.get("word") is None
    assert late.session_key is None
    store.delete()
    assert SessionStore(store.session_key).get("word") is None
    assert SessionStore(None).get("word") is None


def test_a_closed_account_and_a_changed_password_sign_out_at_once(client: Client) -> None:
    ada = User.objects.create_user("ada", password="one")
    client.force_login(ada)
    assert client.get("/preferences/").status_code == 200
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert client.get("/preferences/").status_code == 302
    assert PersonBackend().get_user(ada.pk) is None
    User.objects.filter(pk=ada.pk).update(is_active=True)
    client.force_login(ada)
    assert client.session[SESSION_KEY] == str(ada.pk)
    ada.set_password("two")
    ada.save()
    assert client.get("/preferences/").status_code == 302
    assert PersonBackend().get_user(0) is None


def test_today_is_the_day_of_the_centre(monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in (datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, 0, tzinfo=UTC)):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert today() == timezone.localdate()
