"""The images of a page, and the versions that an exported article had before."""

from __future__ import annotations

from django.utils.translation import gettext as _

from articles import access
from articles.actions.draft import replace_draft
from articles.actions.image import add_image
from articles.actions.importing import PastVersion, import_history
from articles.actions.publishing import publish_article
from articles.models import User

from .export_pages import Past, read_json
from .inline import Node
from .linking import Linked, Linker
from .pages import Page
from .text_files import decode


def placed(user: User, article_id: int, linked: Linked) -> Node:
    """The document of a page with its images stored in its article."""
    addresses = {}
    for picture in linked.pictures.values():
        image = add_image(user, article_id, picture.name, picture.data)
        addresses[picture.sha256] = image.get_absolute_url()
    return linked.placed(addresses)


def publish_past(user: User, linker: Linker, page: Page, article_id: int) -> list[str]:
    """Give a new article the versions that it had; tells what was lost.

    Dates and authors are kept where an administrator imports. Others may not write history: with them the newest
    version is published as their own. Raises what the actions raise.
    """
    data = decode(linker.source.read(page.path), most=linker.source.limits.file_bytes)[0]
    versions = read_json(data).past
    if not access.view_of(user).administrator:
        return _publish_newest(user, linker, page, article_id, versions[-1])
    names = {name for version in versions for name in (version.author, version.approved_by) if name}
    people = {person.username: person for person in User.objects.filter(username__in=names)}
    import_history(user, article_id, [
        PastVersion(
            title=version.title,
            document=placed(user, article_id, linker.link(page, version.document)),
            author=people.get(version.author),
            note=version.note,
            significance=version.significance,
            restored_from=version.restored_from,
            published_at=version.published_at,
            approved_by=people.get(version.approved_by),
        )
        for version in versions
    ])  # fmt: skip
    if unknown := sorted(names - people.keys()):
        return [_("Who wrote or approved versions and has no account here: %(names)s.") % {"names": ", ".join(unknown)}]
    return []


def _publish_newest(user: User, linker: Linker, page: Page, article_id: int, newest: Past) -> list[str]:
    """The newest version is published; what was written after it stays a draft."""
    replace_draft(user, article_id, placed(user, article_id, linker.link(page, newest.document)))
    publish_article(user, article_id, note=newest.note, significance=newest.significance)
    if page.is_ahead:
        replace_draft(user, article_id, placed(user, article_id, linker.link(page)))
    return [_("Its older versions were not imported: only administrators may write history.")]
