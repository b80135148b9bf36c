"""The table of words that find each other, kept by managers."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from .. import access, events
from ..models import SynonymGroup, User
from .problems import Invalid


def save_synonyms(user: User, language: str, words: str, group_id: int | None = None) -> SynonymGroup:
    """Add a group of words (comma-separated), or change one. Raises access.NotFound/Forbidden, Invalid."""
    access.require(user, "manage_synonyms")
    with transaction.atomic():
        group = SynonymGroup(language=language)
        if group_id is not None:
            found = SynonymGroup.objects.select_for_update(no_key=True).filter(pk=group_id).first()
            if found is None:
                raise access.NotFound
            group = found
        group.language, group.words = language, ", ".join(dict.fromkeys(SynonymGroup(words=words).terms))
        if language not in ("en", "sv"):
            raise Invalid(language=_("The language must be en or sv."))
        if len(group.terms) < 2 or len(group.words) > 500:
            raise Invalid(words=_("Give at least two words, 500 characters together at the most."))
        group.save()
        events.record(user, events.SynonymsChanged())
    return group


def delete_synonyms(user: User, group_id: int) -> SynonymGroup:
    """Remove a group of words; gives it as it was. Raises access.NotFound/Forbidden."""
    access.require(user, "manage_synonyms")
    with transaction.atomic():
        group = SynonymGroup.objects.select_for_update(no_key=True).filter(pk=group_id).first()
        if group is None:
            raise access.NotFound
        SynonymGroup.objects.filter(pk=group_id).delete()
        events.record(user, events.SynonymsChanged())
    return group


def put_back_synonyms(user: User, group_id: int, language: str, words: str) -> SynonymGroup:
    """Put back a group that was removed, under the number that it had: twice is once. Raises access.Forbidden."""
    access.require(user, "manage_synonyms")
    with transaction.atomic():
        was = {"language": language, "words": words}
        group, is_back = SynonymGroup.objects.get_or_create(pk=group_id, defaults=was)
        if is_back:
            events.record(user, events.SynonymsChanged())
    return group
