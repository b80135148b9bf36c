"""Signing in with the accounts of the municipality: OpenID Connect, by allauth.

Whoever the provider lets in may sign in here. Somebody new gets an account without roles: they read what is for
everyone, and nothing else, until a manager gives them a role or `OIDC_ROLES` maps a group of the provider to one.
"""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.actions import people
from articles.models import User
from articles.views import errors

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 10  # with the provider


class AskProvider(requests.Session):
    """Requests to the provider. One that does not answer is told to whoever wants to sign in, as a page."""

    def request(self, *arguments: Any, **options: Any) -> requests.Response:
        try:
            answer = super().request(*arguments, **{"timeout": PATIENCE_SECONDS, **options})
            if answer.status_code >= 500:
                answer.raise_for_status()
        except requests.RequestException as problem:
            logger.warning("The provider of the accounts does not answer: %s", problem)
            said = _("The service for your work account does not answer. Sign in with your password, or try again.")
            raise ImmediateHttpResponse(errors.refused(context.request, [said], status=503)) from problem
        return answer


class SingleSignOn(DefaultSocialAccountAdapter):
    """Accounts and roles of people who come from the provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def get_requests_session(self) -> requests.Session:
        return AskProvider()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody whom we know gets the roles of today; nobody gets the account of another with the same address."""
        user = sociallogin.user
        if sociallogin.is_existing:
            if user.is_active:
                follow_groups(user, claims_of(sociallogin))
        elif user.email and User.objects.filter(email__iexact=user.email).exclude(pk=request.user.pk or 0).exists():
            said = _("There is an account with your e-mail address already. Ask your administrator to connect them.")
            raise ImmediateHttpResponse(errors.refused(request, [said], status=409))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Make the account of somebody new, as every account is made: by the action."""
        told = sociallogin.user
        get_account_adapter().populate_username(request, told)
        user = people.create_user(
            None, told.username, first_name=told.first_name, last_name=told.last_name, email=told.email
        )
        sociallogin.user = user
        sociallogin.save(request)
        follow_groups(user, claims_of(sociallogin))
        return user


def claims_of(sociallogin: SocialLogin) -> dict[str, Any]:
    """What the provider says of the person."""
    told = sociallogin.account.extra_data
    return {**(told.get("id_token") or {}), **(told.get("userinfo") or {})}


def follow_groups(user: User, claims: dict[str, Any]) -> None:
    """Give and take the roles that `OIDC_ROLES` speaks of, by the groups that the provider names. Others stay."""
    mapped: dict[str, str] = settings.OIDC_ROLES
    if not mapped:
        return
    named = claims.get(settings.OIDC_ROLES_CLAIM) or []
    groups = {named} if isinstance(named, str) else {str(one) for one in named}
    given = {role for group, role in mapped.items() if group in groups}
    there = set(Group.objects.filter(name__in=given).values_list("name", flat=True))
    if given - there:
        logger.warning("OIDC_ROLES names roles that there are not: %s", ", ".join(sorted(given - there)))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # what a manager does now is not undone
        has = set(user.groups.values_list("name", flat=True))
        wanted = (has - set(mapped.values())) | there
        if wanted != has:
            people.set_user_roles(None, user.pk, wanted)
