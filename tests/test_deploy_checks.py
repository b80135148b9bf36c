"""`manage.py check --deploy` names what does not belong in production."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks

from articles.actions.people import create_user, set_active
from kbcentre.checks import no_demo_passwords, settings_for_production


def ids(messages: object) -> set[str]:
    return {message.id for message in messages}  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_demo_password_is_an_error_for_open_accounts_only() -> None:
    user = create_user(None, "clara", password="demo")
    create_user(None, "erik", password="something else")
    (error,) = no_demo_passwords()
    assert "clara" in str(error.msg)
    assert "erik" not in str(error.msg)
    set_active(None, user.pk, active=False)
    assert no_demo_passwords() == []


def test_what_suits_one_machine_only_is_a_warning(settings: object) -> None:
    settings.REDIS_URL = ""  # type: ignore[attr-defined]
    assert "kbcentre.W001" in ids(settings_for_production())
    settings.REDIS_URL = "redis://cache"  # type: ignore[attr-defined]
    assert "kbcentre.W001" not in ids(settings_for_production())


@pytest.mark.django_db
def test_an_ordinary_check_has_nothing_to_say() -> None:
    assert {message.id for message in run_checks() if not message.is_silenced()} == set()
