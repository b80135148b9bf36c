"""What people say beside an article, on its page and on the pages of comments and notes.

{% load talk %}
{% with_talk drawn.main "pinned" article_id %}    the drawn part with what is personal put into its place
{% words_of comment %}                            the words of a comment: lines, links, names
{% with_facts drawn.main article_id drawn.facts as main %}   whether the text shows its quick facts again
{% plain_words note.body %}                       the same without names
{% notices_on category %}                         what is announced on a page
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import template
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from articles import mentions, notices, places
from articles.models import Category, Comment
from articles.notes import teams_of
from articles.role_names import role_name
from articles.views.talk import talk_on

register = template.Library()
PLACES = {"pinned": "<!--pinned notes-->", "rail": "<!--talk-->"}


@register.simple_tag(takes_context=True)
def with_talk(context: template.Context, drawn: SafeString, part: str, article_id: int) -> SafeString:
    """`part` is "pinned" (notes above the text) or "rail" (comments and notes beside it)."""
    found = talk_on(context["request"].user, article_id)
    shown = found.pinned if part == "pinned" else found.rail
    return mark_safe(drawn.replace(PLACES[part], shown, 1))  # noqa: S308 -- both were drawn by templates


@register.simple_tag(takes_context=True)
def with_facts(context: template.Context, html: str, article_id: int, place: tuple[int, int] | None) -> SafeString:
    """The box of the quick facts, which stands at `place` in the text, is left out there, unless something is said
    about it that this person sees: that is marked in the text."""
    is_left_out = place is not None and not talk_on(context["request"].user, article_id).is_about(*place)
    return mark_safe(html.replace(places.FACTS, " data-whole" if is_left_out else "", 1))  # noqa: S308 -- a template's


@register.simple_tag(takes_context=True)
def my_teams(context: template.Context) -> tuple[str, ...]:
    """The roles for which the person may write notes. No query where their rights are remembered."""
    return tuple(teams_of(context["request"].user))


@register.simple_tag(takes_context=True)
def notices_on(context: template.Context, category: Category | None = None) -> tuple[notices.Shown, ...]:
    """What is announced to the person on a page; `category` is the topic of the page, if it has one."""
    user = context["request"].user
    if not user.is_authenticated:
        return ()
    among = context.get("notices_among")
    return tuple(notices.shown_among(user, among) if among is not None else notices.shown_on(user, category))


@register.simple_tag
def words_of(comment: Comment) -> SafeString:
    """The words of a comment as `discussion.loaded` gives it."""
    names = {row.user.username.lower(): row.user.get_full_name() for row in comment.mentions.all() if row.user}
    names |= {row.role.name.lower(): role_name(row.role.name) for row in comment.mentions.all() if row.role}
    return mark_safe("".join(_named(comment.body, names)).replace("\n", "<br>"))  # noqa: S308 -- escaped piece by piece


@register.simple_tag
def plain_words(text: str) -> SafeString:
    """Lines and links of a text."""
    return mark_safe(_linked(text).replace("\n", "<br>"))  # noqa: S308 -- escaped


def _named(body: str, names: dict[str, str]) -> Iterable[str]:
    """The text in pieces of HTML; whoever is named stands there with the full name."""
    at = 0
    for start, end, word in mentions.words_in(body):
        if start < at or word.lower() not in names:
            continue
        yield _linked(body[at:start])
        yield f'<b class="mention">@{escape(names[word.lower()])}</b>'
        at = end
    yield _linked(body[at:])


def _linked(text: str) -> str:
    return re.sub(
        r'<a href="(?!mailto:)', '<a rel="noopener noreferrer nofollow" href="', urlize(text, autoescape=True)
    )
