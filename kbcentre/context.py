"""What the frame around every page needs: a context processor, read only by pages that draw the frame."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles import access, epoch, navigation, tabs
from articles.models import Article


class Shell:
    """The frame of one page for one person. Everything is asked for late: partial pages and the admin ask nothing."""

    centre = settings.CENTRE_NAME
    zone = settings.TIME_ZONE  # browsers say times by the clocks of the centre, as the pages do

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def cursor(self) -> int:
        """The newest event when the page was made: where the live connection takes over."""
        return epoch.current().seq

    @cached_property
    def may(self) -> dict[str, bool]:
        """What this person may do in the installation: create, import, manage, administer."""
        return dict.fromkeys(access.site_abilities(self._request.user), True)

    @cached_property
    def count(self) -> int:
        """How many published articles this person sees."""
        user = self._request.user
        return navigation.tree(user).count if user.is_authenticated else 0

    @cached_property
    def tabs(self) -> list[Article]:
        """The articles that are open beside each other in this browser."""
        user = self._request.user
        return tabs.shown_in(self._request, user) if user.is_authenticated else []

    @cached_property
    def tabs_key(self) -> tuple[Hashable, ...]:
        """All that the tabs show of the open articles: equal where they look the same."""
        return tuple((one.pk, one.title, one.get_absolute_url(), one.language) for one in self.tabs)


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` in every template that is rendered for a request."""
    return {"shell": Shell(request)}
