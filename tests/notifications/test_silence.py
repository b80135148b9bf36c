"""A browser is pushed to while its person is signed in there, and no longer, whatever ended that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account import signals
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from articles.actions import people
from articles.models import User
from kbcentre.housekeeping import Housekeeping
from notifications import silence
from notifications.models import PushSubscription
from tests.conftest import PASSWORD

NEW = "quite another horse battery"


def browser(user: User, name: str) -> Client:
    """One in which they are signed in and that they are pushed to."""
    client = Client()
    client.force_login(user)
    session = people.session_digest(client.session.session_key or "")
    PushSubscription.objects.create(user=user, endpoint=name, digest=name, session=session)
    return client


def pushed_to() -> set[str]:
    return set(PushSubscription.objects.exclude(session="").values_list("digest", flat=True))


def test_who_changes_their_password_is_pushed_to_there_alone(bob: User, mary: User) -> None:
    client = browser(bob, "here")
    for user, name in ((bob, "elsewhere"), (mary, "hers")):
        browser(user, name)
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", sent).status_code == 302
    assert pushed_to() == {"here", "hers"}
    assert silence.fall_silent() == 0, "it was moved to the key that the session has by now"
    signals.password_reset.send(sender=User, request=None, user=bob)
    assert pushed_to() == {"hers"}


@pytest.mark.parametrize("what", ["password", "closed"])
def test_what_an_administrator_ends_is_told_on_and_ends_it(
    bob: User, mary: User, admin: User, signed_in: Callable[[User], Client], tell_all: Callable[[], None], what: str
) -> None:
    for user in (bob, mary):
        browser(user, user.username)
    people.set_user_roles(admin, bob.pk, ["writers"])
    tell_all()
    assert pushed_to() == {"bob", "mary"}, "other rights sign nobody out"
    if what == "closed":
        people.set_active(admin, bob.pk, False)
    else:
        sent = {"password1": NEW, "password2": NEW, "usable_password": "true"}
        assert signed_in(admin).post(f"/admin/articles/user/{bob.pk}/password/", sent).status_code == 302
    tell_all()
    assert pushed_to() == {"mary"}


def test_a_session_that_ran_out_is_found_within_the_hour_however_many_there_are(
    bob: User, mary: User, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(silence, "AT_ONCE", 2)
    for number in range(3):
        browser(mary, f"mary{number}")
    over = browser(bob, "over").session.session_key
    Session.objects.filter(pk=over).update(expire_date=timezone.now() - timedelta(days=1))
    browser(bob, "gone").session.delete()
    browser(bob, "hers by now")
    PushSubscription.objects.filter(digest="hers by now").update(user=mary)
    keeper = Housekeeping()
    while keeper.step(threading.Event()).more:
        pass
    assert pushed_to() == {"mary0", "mary1", "mary2"}
    with django_assert_max_num_queries(6):
        silence.fall_silent()
