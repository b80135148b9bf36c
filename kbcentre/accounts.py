"""How people sign in: allauth with the rules of a closed house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.actions import people
from articles.models import User
from notifications.actions import pushing


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up from outside."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask your manager or administrator to open it again."),
        "email_password_mismatch": _("The address or the password is wrong."),
        "enter_current_password": _("Type the password that you have now."),
        "incorrect_code": _("That code is wrong or too old. Type the one that is shown now."),
        "incorrect_password": _("The password is wrong."),
        "invalid_login": _("The name or the password is wrong."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "too_many_login_attempts": _("Too many wrong passwords. Wait five minutes, then try again."),
        "username_password_mismatch": _("The name or the password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def display_name(user: Any) -> str:
    """The name that other people see: str → str, never empty."""
    return user.get_full_name()


def end_session(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    """A person has signed out: close the sockets of that session, in every tab and every process.

    Django tells this before it deletes the session, so we delete it first: a page that comes back at once must
    find itself signed out.
    """
    if request is None or user is None or not request.session.session_key:
        return
    key = request.session.session_key
    request.session.delete(key)
    people.tell_signed_out(user, key)
    pushing.fall_silent(user, people.session_digest(key))


def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """Somebody has changed their password: only the session in which they did it goes on, under another key.

    The cookie that came with the request still names the key from before.
    """
    before, after = request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""), request.session.session_key or ""
    pushing.stay_with(user, people.session_digest(before), people.session_digest(after))


def password_reset(user: User, **_: Any) -> None:
    """Somebody has set a new password by mail: none of their sessions goes on."""
    pushing.fall_silent_everywhere(user)
