"""One page into the database: created, brought up to date, published; by the actions, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from articles import access, documents
from articles.actions import places
from articles.actions.article import archive_article, create_article, update_article
from articles.actions.audience import set_article_grants, set_article_roles
from articles.actions.draft import replace_draft
from articles.actions.importing import note_import_source
from articles.actions.publishing import publish_article
from articles.models import Article, Category, ImportSource, Status, User

from . import digests, past
from . import report as outcomes
from .digests import Digest
from .folders import Folders
from .linking import Linked, Linker
from .pages import Page
from .report import Row


@dataclass
class _Earlier:
    """The article that an earlier import made of a file (or this import, a moment ago)."""

    article_id: int
    digest: Digest
    unpublished: bool  # its draft holds what readers do not see yet


@dataclass
class Writer:
    """Writes the pages of one import. `articles` (path → article id) grows with what is created."""

    user: User
    folders: Folders
    linker: Linker
    articles: dict[str, int]
    publish: bool
    dry_run: bool
    _earlier: dict[str, _Earlier] = field(default_factory=dict)
    _owners: dict[str, dict[str, Any]] = field(default_factory=dict)

    def find_earlier(self) -> None:
        """Find what earlier imports to the same place made of these files, as far as this person sees it.

        What they do not see is not there: not told as unchanged, and not in the way of an article of theirs.
        """
        bases = {base.pk for path in self.linker.pages if (base := self.folders.base_of(path))}
        seen = access.visible_to(self.user)
        known = ImportSource.objects.filter(base__in=bases, article__in=seen).select_related("article__draft")
        known = known.order_by("copy")  # the newest counts, when somebody sees several by now
        for source in known.only("path", "digest", "article__draft__seq", "article__draft__published_seq"):
            if source.path in self.linker.pages:
                unpublished = source.article.draft.has_unpublished_changes
                self._earlier[source.path] = _Earlier(source.article_id, Digest.parse(source.digest), unpublished)
                self.articles[source.path] = source.article_id

    # --- New pages ---

    def create(self, page: Page, row: Row) -> bool:
        """Make the article of a page that is new. Whether it is complete: no link waits for an article to come."""
        linked = self.linker.link(page)
        owner = self._owner(page)
        # Older versions link to articles as well, and most of these are not there yet.
        complete = not linked.waiting and not page.has_past
        if self.dry_run:
            self.articles[page.path] = -len(self.articles) - 1
        else:
            category = self.folders.category_of(page.path)
            with transaction.atomic():
                article = self._create(page, linked, category, owner)
                if complete:
                    self._release(page, row, article)
            self.articles[page.path] = row.article = article.pk
            self._earlier[page.path] = _Earlier(article.pk, self._digest(page, linked), unpublished=True)
        row.losses = [*page.losses, *linked.losses, *row.losses]
        return complete

    def _create(self, page: Page, linked: Linked, category: Category, owner: dict[str, Any]) -> Article:
        facts = page.facts
        text = linked.document if not linked.pictures else documents.empty_document()
        article = create_article(
            self.user, category, facts.title, text,
            tags=facts.tags, language=facts.language, roles=facts.roles, review_date=facts.review_date,
            review_months=facts.review_months, evergreen=facts.evergreen, **owner,
        )  # fmt: skip
        if linked.pictures:
            replace_draft(self.user, article.pk, past.placed(self.user, article.pk, linked))
        if page.grants is not None and access.can(self.user, "manage", article):
            article = set_article_grants(self.user, article.pk, page.grants)
        base = self.folders.base_of(page.path) or category
        note_import_source(self.user, article, base, page.path, str(self._digest(page, linked)))
        return article

    # --- Pages that have an article ---

    def bring_up_to_date(self, page: Page, row: Row) -> bool:
        """Give the article of a page what is new in the page, unless people have changed it here since."""
        linked = self.linker.link(page)
        row.losses = [*page.losses, *linked.losses]
        earlier = self._earlier.get(page.path)
        if earlier is None:
            return True  # a dry run: there is no article yet
        created_now = row.article is not None
        row.article = earlier.article_id
        if self._digest(page, linked) == earlier.digest and not (earlier.unpublished and self._wants_release(page)):
            row.outcome = outcomes.IMPORTED if created_now else outcomes.UNCHANGED
            return True
        row.article = None  # told only to whom may edit it
        with transaction.atomic():
            places.lock_category_of(earlier.article_id)  # categories before articles, as everywhere
            article = access.fetch_article(self.user, "edit", earlier.article_id, lock=True)
            row.article = article.pk
            outcome = self._update(page, linked, article, earlier, row)
        row.outcome = outcomes.IMPORTED if created_now and outcome != outcomes.CONFLICT else outcome
        return True

    def _update(self, page: Page, linked: Linked, article: Article, earlier: _Earlier, row: Row) -> str:
        wanted, before = self._digest(page, linked), earlier.digest
        if article.status == Status.ARCHIVED:
            row.error = _("The article is archived here; it was left as it is.")
            return outcomes.CONFLICT if wanted != before else outcomes.UNCHANGED
        text_here = digests.text_here(article)
        if wanted.text != before.text and text_here not in (before.text, wanted.text):
            row.error = _("The article was changed here since it was imported; it was left as it is.")
            return outcomes.CONFLICT
        if self.dry_run:
            return outcomes.UPDATED if wanted != before else outcomes.UNCHANGED
        written = False
        if wanted.text not in (before.text, text_here):
            replace_draft(self.user, article.pk, past.placed(self.user, article.pk, linked))
            text_here, written = wanted.text, True
        if wanted.facts != before.facts:
            written = self._update_facts(page, article, before, wanted, row) or written
        if wanted != before:
            base = self.folders.base_of(page.path) or article.category
            note_import_source(self.user, article, base, page.path, str(wanted))
        released = text_here == wanted.text and self._release(page, row, article)
        return outcomes.UPDATED if written or released else outcomes.UNCHANGED

    def _update_facts(self, page: Page, article: Article, before: Digest, wanted: Digest, row: Row) -> bool:
        """Title, tags and the rest, unless they were changed here; whether something was written."""
        here = digests.facts_here(article)
        if here == wanted.facts:
            return False
        if here != before.facts:
            row.losses.append(_("Title, tags, owner or roles were changed here since; they were left as they are."))
            return False
        facts = page.facts
        owner = {"owner_role": None, "owner_user": None, **self._owner(page)}
        update_article(
            self.user, article.pk, title=facts.title, tags=facts.tags, language=facts.language,
            review_date=facts.review_date, review_months=facts.review_months, evergreen=facts.evergreen, **owner,
        )  # fmt: skip
        if facts.roles is not None or hasattr(article, "own_root"):
            set_article_roles(self.user, article.pk, facts.roles)
        return True

    # --- Parts ---

    def _wants_release(self, page: Page) -> bool:
        return self.publish and page.facts.status != "draft"

    def _release(self, page: Page, row: Row, article: Article) -> bool:
        """Publish what was imported, when that is asked for and allowed; whether it was."""
        if page.has_past and not self.publish:
            row.losses.append(_("Its older versions were not imported, because nothing is to be published."))
        if not self._wants_release(page):
            return False
        if not access.can(self.user, "publish", article):
            row.losses.append(_("It was not published: you may not publish in its category."))
            return False
        if page.has_past and article.version_id is None:
            row.losses += past.publish_past(self.user, self.linker, page, article.pk)
        elif page.is_ahead:
            return False  # an exported draft with changes that were not published there either
        else:
            publish_article(self.user, article.pk, note=_("Imported from %(path)s") % {"path": page.path[:400]})
        if page.facts.status == "archived":
            archive_article(self.user, article.pk)
        return True

    def _owner(self, page: Page) -> dict[str, Any]:
        """The owner that a file names, as arguments of the actions; one that is not here is told as lost."""
        name = page.facts.owner
        if name and name not in self._owners:
            if name.startswith("@"):
                found: Any = User.objects.filter(username=name[1:], is_active=True).first()
            else:
                found = Group.objects.filter(name=name).first()
            self._owners[name] = {"owner_user" if name.startswith("@") else "owner_role": found} if found else {}
        if name and not self._owners[name]:
            sentence = _("There is no role or person “%(name)s” to own it.") % {"name": name}
            if sentence not in page.losses:
                page.losses.append(sentence)
        return self._owners.get(name, {})

    def _digest(self, page: Page, linked: Linked) -> Digest:
        facts = page.facts
        owner = facts.owner if self._owner(page) else ""
        return Digest(
            digests.of_text(linked.document),
            digests.of_facts(
                facts.title,
                facts.language,
                facts.tags,
                owner,
                facts.review_date,
                facts.roles,
                facts.review_months,
                facts.evergreen,
            ),
        )
