"""`manage.py load_demo` brings sign-ins that everybody knows, so it is careful where it does so."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from articles.actions.people import create_user
from articles.demo import load
from articles.models import Article, Category, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody() -> User:
    """A person of a real centre."""
    return create_user(None, "ingrid", password="correct horse battery staple")


def test_it_loads_an_empty_centre(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demo", once=True)
    assert load.is_loaded()
    assert Article.objects.exists()
    assert f"{Article.objects.count()} articles" in capsys.readouterr().err


def test_it_leaves_a_centre_with_people_alone(somebody: User) -> None:
    with pytest.raises(CommandError, match="There are people or articles here"):
        call_command("load_demo")
    assert list(User.objects.all()) == [somebody]


def test_with_once_it_leaves_such_a_centre_alone_without_failing(somebody: User) -> None:
    call_command("load_demo", once=True)
    assert list(User.objects.all()) == [somebody]
    assert not Category.objects.exists()


def test_with_force_it_loads_beside_what_is_there(somebody: User) -> None:
    call_command("load_demo", force=True)
    assert load.is_loaded()
    assert User.objects.filter(pk=somebody.pk, username="ingrid").exists()


def test_a_person_who_has_the_name_of_a_demo_person_is_never_overwritten() -> None:
    admin = create_user(None, "admin", password="correct horse battery staple", email="it@ekholma.example.org")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_demo", force=True)
    admin.refresh_from_db()
    assert admin.check_password("correct horse battery staple")
    assert not admin.is_superuser
    assert User.objects.count() == 1


@pytest.mark.parametrize(("name", "value"), [("HTTPS", True), ("ALLOWED_HOSTS", ["localhost", "kb.example.org"])])
def test_it_refuses_where_other_machines_can_sign_in(settings: Settings, name: str, value: object) -> None:
    setattr(settings, name, value)
    for options in ({}, {"once": True}, {"force": True}):
        with pytest.raises(CommandError, match="so others can reach this centre"):
            call_command("load_demo", **options)
    assert not User.objects.exists()


def test_the_demo_passwords_can_be_asked_for_there(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["kb.example.org"]
    call_command("load_demo", yes_demo_passwords=True)
    assert load.is_loaded()
