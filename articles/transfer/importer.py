"""An import: every file of a source becomes an article, or a line in the report that says why not.

Three passes. All files are converted (nothing is written). Then every page that is new gets its article; most pages
link to pages whose articles are not there yet, so in a third pass these get their links, and the pages of an earlier
import what changed in them. Every file is written in transactions of its own, so a broken one stops nothing, and an
import that was killed is completed by doing it again.
"""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import DatabaseError
from django.utils.translation import gettext as _

from articles import access, epoch, events
from articles.actions.people import create_role
from articles.actions.problems import Conflict, Invalid
from articles.documents import DocumentError
from articles.models import Category, User

from . import manifest
from . import report as outcomes
from .addresses import STRUCTURAL, AddressBook, site_path
from .folders import Folders
from .linking import Linker, told
from .ordering import linked_first
from .pages import PICTURES, Page, is_article, kind_of, read_page
from .problems import FileFailed, FileSkipped, SourceError
from .report import Report, Row
from .sources import Source, printable
from .writing import Writer

logger = logging.getLogger(__name__)
Progress = Callable[[int, int, list[Row]], None]  # files done, files in all, the rows so far


@dataclass
class Importer:
    """One import into the category `base`, by `user`, with that person's rights."""

    user: User
    source: Source
    base: Category | None  # None only for an export of ours: its categories stand at the top again
    publish: bool = False
    dry_run: bool = False
    progress: Progress | None = None

    def run(self) -> Report:
        """Import everything that can be. Raises access.NotFound/Forbidden when nothing may be imported here."""
        self.manifest = manifest.read(self.source)
        self._check_rights()
        self.notes: list[str] = []
        self.rows: dict[str, Row] = {}
        self.pages: dict[str, Page] = {}
        self.book = AddressBook(frozenset(self.source.paths))
        self.form = self.manifest.format if self.manifest else ""
        self.paths = [path for path in self.source.paths if is_article(path, self.form)]
        self._note_others()
        for number, path in enumerate(self.paths):
            self._convert(path)
            self._tell(number + 1)
        with events.imported():  # people are not told of every file
            self._write()
        rows = [self.rows[path] for path in sorted(self.rows)]
        return Report(rows, self.notes)

    def _check_rights(self) -> None:
        if self.base is None:
            if self.manifest is None or not self.manifest.topics:
                raise SourceError(_("Name the category to import into: this is not an export with categories."))
            access.require(self.user, "create_top_category")
            return
        access.require(self.user, "import", self.base)
        if self.publish:
            access.require(self.user, "publish", self.base)

    def _make_roles(self) -> None:
        """Roles that an export names and that are not here, by whoever may make roles; else grants fail for them."""
        wanted = set(self.manifest.roles) if self.manifest else set()
        missing = sorted(wanted - set(Group.objects.filter(name__in=wanted).values_list("name", flat=True)))
        if not missing or self.dry_run:
            return
        if access.can(self.user, "manage_people"):
            for role in missing:
                create_role(self.user, role)
            self.notes.append(_("Roles were made; nobody has them yet: %(names)s.") % {"names": ", ".join(missing)})
        else:
            self.notes.append(_("There are no roles of these names: %(names)s.") % {"names": ", ".join(missing)})

    def _note_others(self) -> None:
        """Files that are no articles: refused ones with their reason, others with theirs; images come with pages."""
        for path, reason in self.source.refused.items():
            self.rows[path] = Row(path, outcomes.SKIPPED, error=reason)
        for path in self.source.paths:
            if not is_article(path, self.form) and kind_of(path) not in PICTURES and path != manifest.NAME:
                kind = printable(kind_of(path)) or "–"
                reason = _("Files of this kind are not imported: %(kind)s.") % {"kind": kind}
                self.rows[path] = Row(path, outcomes.SKIPPED, error=reason)

    def _convert(self, path: str) -> None:
        try:
            page = read_page(self.source, path)
        except FileSkipped as reason:
            self.rows[path] = Row(path, outcomes.SKIPPED, error=str(reason))
        except Exception as problem:  # one broken file stops nothing, whatever is wrong with it
            self.rows[path] = Row(path, outcomes.FAILED, error=explain(problem, path))
        else:
            facts = page.facts
            if facts.redirect_to:
                self.book.add_redirect(path, facts.redirect_to, facts.addresses)
                sends_on = _("It only sends its readers on to %(address)s.") % {"address": facts.redirect_to}
                self.rows[path] = Row(path, outcomes.SKIPPED, title=facts.title, error=sends_on)
                return
            self.book.add(path, facts.addresses)
            self.pages[path] = page

    def _write(self) -> None:
        self._make_roles()
        folders = Folders(self.user, self.base, folder_names(self.pages), self.manifest)
        self._make_categories(folders)
        articles: dict[str, int] = {}
        linker = Linker(self.source, self.book, self.pages, articles, self._visible)
        writer = Writer(self.user, folders, linker, articles, publish=self.publish, dry_run=self.dry_run)
        writer.find_earlier()
        waiting = [path for path in self.pages if path in articles]
        new = linked_first((path for path in self.pages if path not in articles), self.pages, self.book)
        done = len(self.paths) - len(self.pages)
        for path in new:
            row, complete = self._one(path, writer.create)
            if row.outcome == outcomes.FAILED:
                del self.pages[path]  # links to it lead nowhere, and are told as that
            if complete or row.outcome == outcomes.FAILED:
                done += 1
            else:
                waiting.append(path)
            self._tell(len(self.paths) + done)
        for path in sorted(waiting):
            self._one(path, writer.bring_up_to_date)
            done += 1
            self._tell(len(self.paths) + done)
        self._note_unseen(linker)

    def _note_unseen(self, linker: Linker) -> None:
        """Pictures that came along and that no page shows. An export has more of them: those of older versions."""
        unseen = [path for path in self.source.paths if kind_of(path) in PICTURES and path not in linker.seen]
        if unseen and self.manifest is None:
            said = _("Pictures that no page shows were not imported: %(what)s.")
            self.notes.append(said % {"what": told(unseen)})

    def _make_categories(self, folders: Folders) -> None:
        """The categories of an export, also those without articles; one that may not be made fails with its files."""
        if self.manifest is None or self.dry_run:
            return
        for topic in self.manifest.topics:
            try:
                folders.category_of(f"{topic.folder}/")
            except (access.NotFound, access.Forbidden, Invalid) as problem:
                self.notes.append(f"{topic.folder}: {explain(problem, topic.folder)}")

    def _one(self, path: str, write: Callable[[Page, Row], bool]) -> tuple[Row, bool]:
        """Write one page; what goes wrong becomes its row. Gives the row, and whether the page is complete."""
        page = self.pages[path]
        row = self.rows.get(path) or Row(path, outcomes.IMPORTED, title=page.facts.title)
        self.rows[path] = row
        complete = True
        try:
            with epoch.remembered():  # what others change in the rights counts from the next file on
                complete = write(page, row)
        except Exception as problem:  # one broken file stops nothing, whatever is wrong with it
            row.outcome, row.error, row.article = outcomes.FAILED, explain(problem, path), None
        return row, complete

    def _visible(self, ids: Collection[int]) -> Collection[int]:
        if not ids:
            return ()
        return set(access.visible_to(self.user).filter(pk__in=ids).values_list("pk", flat=True))

    def _tell(self, done: int) -> None:
        """Half of the work on a file is its conversion, half is its writing."""
        total = len(self.paths)
        if self.progress:
            self.progress(min(done // 2, total), total, list(self.rows.values()))


def folder_names(pages: dict[str, Page]) -> dict[str, str]:
    """Names for people of folders: the title of the index page in them."""
    names = {}
    for path, page in pages.items():
        folder, name = posixpath.split(site_path(path))
        if folder and folder.lower() not in STRUCTURAL and posixpath.splitext(name)[0].lower() == "index":
            names[folder] = page.facts.title
    return names


def explain(problem: Exception, path: str) -> str:
    """Why a file failed, in a sentence for the person who imports; what nobody foresaw goes to the log as well."""
    if isinstance(problem, access.NotFound):
        return _("You may not change the article that came from this file, or the category that it belongs to.")
    if isinstance(problem, access.Forbidden):
        return _("You may not import into the category that it belongs to.")
    if isinstance(problem, (FileFailed, DocumentError, Invalid, Conflict)):
        return str(problem)
    logger.error("Import of %r failed", path, exc_info=problem)
    if isinstance(problem, DatabaseError):
        return _("The database refused it. Import again; what is done will not be done twice.")
    return _("Something unexpected went wrong (%(kind)s). The log of the server has the details.") % {
        "kind": type(problem).__name__
    }
