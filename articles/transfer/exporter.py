"""Articles out: what a person may see, as files that `importer` makes the same articles of again."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from articles import access, documents, rendering
from articles.drafts import store
from articles.models import Article, Image, User, Version

from .digests import owner_of
from .export_files import WRITERS, Exported, Said
from .export_plan import Plan, make_plan
from .inline import Node
from .manifest import NAME
from .targets import Target, open_target

AT_ONCE = 100  # articles in memory
_ADDRESS = re.compile(
    r"/articles/(?P<article>\d{1,18})/(?:images/(?P<image>\d{1,18})/[^#]*|(?!images/)[^#]*)(?P<fragment>#.*)?"
)


@dataclass
class Exporter:
    """One export by `user`, in `form` ("markdown", "html" or "json")."""

    user: User
    form: str
    progress: Callable[[int, int], None] | None = None
    notes: list[str] = field(default_factory=list)

    def run(self, path: Path) -> int:
        """Write everything to a new folder (or archive) at `path`; gives the number of articles.

        Raises SourceError when there is something at `path`. What could not be taken along is told in `notes`.
        """
        plan = make_plan(self.user, self.form)
        with open_target(path) as target:
            for done, article in enumerate(self._articles(plan), 1):
                _OneArticle(self, plan, target, article).write()
                if self.progress:
                    self.progress(done, len(plan.files))
            topics = plan.manifest.topics
            owners = [topic.owner for topic in topics if topic.owner and not topic.owner.startswith("@")]
            granted = [role for topic in topics for role in topic.grants or ()]
            plan.manifest.roles = sorted({*plan.manifest.roles, *owners, *granted})
            target.write(NAME, plan.manifest.dump())
        return len(plan.files)

    def _articles(self, plan: Plan) -> Iterator[Article]:
        ids = list(plan.files)
        for start in range(0, len(ids), AT_ONCE):
            some = access.visible_to(self.user).filter(pk__in=ids[start : start + AT_ONCE]).order_by("pk")
            related = some.select_related("category", "version", "owner_role", "owner_user", "own_root", "draft")
            yield from related.prefetch_related("tags", "images")


class _OneArticle:
    def __init__(self, exporter: Exporter, plan: Plan, target: Target, article: Article) -> None:
        self.exporter, self.plan, self.target, self.article = exporter, plan, target, article
        self.view = access.view_of(exporter.user)
        self.path = plan.files[article.pk]
        self.images = {image.pk: image for image in article.images.all()}
        self.lost: set[str] = set()

    def write(self) -> None:
        """The file of the article, and its images."""
        article = self.article
        made = Exported(self._said(), self._out(self._document()))
        if self.exporter.form == "json":
            made.versions = [self._version(version) for version in self._versions()]
            if hasattr(article, "own_root") and access.view_can(self.view, "manage", article):
                made.grants = access.grants_at(article.access_root_id)
        self.target.write(self.path, WRITERS[self.exporter.form](made).encode())
        for what in sorted(self.lost):
            sentence = _("%(path)s: a link to an article that is not in the export was left out (%(what)s).")
            self.exporter.notes.append(sentence % {"path": self.path, "what": what})
        roles = {*(made.said.roles or ()), *(made.grants or ()), *documents.passage_roles(made.document)}
        self.plan.manifest.roles += [*roles, *([article.owner_role.name] if article.owner_role else [])]

    def _said(self) -> Said:
        article = self.article
        return Said(
            title=article.title,
            language=article.language,
            tags=[tag.name for tag in article.tags.all()],
            owner=owner_of(article),
            review_date=str(article.review_date or ""),
            review_months=str(article.review_months or ""),
            evergreen="true" if article.evergreen else "",
            roles=access.roles_with("view", article.access_root_id) if hasattr(article, "own_root") else None,
            status=article.status,
        )

    def _document(self) -> Node:
        """What readers see; for JSON, and for what was never published, the draft of those who may write it."""
        article = self.article
        drafted = access.view_can(self.view, "edit", article)
        if article.version is not None and not (self.exporter.form == "json" and drafted):
            return rendering.document_for(self.view, article, article.version)
        return documents.read_draft(store.load(article.pk)[0])

    def _versions(self) -> Iterable[Version]:
        found = Version.objects.filter(article=self.article).select_related("author", "approved_by", "restored_from")
        return found.order_by("number").iterator(chunk_size=20)

    def _version(self, version: Version) -> dict[str, Any]:
        return {
            "number": version.number,
            "title": version.title,
            "document": self._out(rendering.document_for(self.view, self.article, version)),
            "author": version.author.username if version.author else "",
            "approved_by": version.approved_by.username if version.approved_by else "",
            "note": version.note,
            "significance": version.significance,
            "restored_from": version.restored_from.number if version.restored_from else None,
            "published_at": version.published_at.isoformat(),
        }

    # --- Addresses ---

    def _out(self, document: Node) -> Node:
        return documents.rewrite(document, self._address, lambda source: self._address(source) or source)

    def _address(self, address: str) -> str | None:
        """An address inside the centre as the path of a file beside this one; None for a link that cannot be kept."""
        found = _ADDRESS.fullmatch(address)
        if found is None:
            return address
        if found["image"]:
            image = self.images.get(int(found["image"]))
            return self._image(image) if image else address
        there = self.plan.files.get(int(found["article"]))
        if there is None:
            self.lost.add(address)
            return None
        return self._relative(there) + (found["fragment"] or "")

    def _image(self, image: Image) -> str:
        path = f"{posixpath.dirname(self.path)}/images/{image.sha256[:16]}/{image.name}"
        if path not in self.plan.images:
            self.plan.images.add(path)
            try:
                self.target.write(path, image.file.read_bytes())
            except FileNotFoundError:
                note = _("%(path)s: the file of the image %(name)s is missing here.")
                self.exporter.notes.append(note % {"path": self.path, "name": image.name})
        return self._relative(path)

    def _relative(self, path: str) -> str:
        return quote(posixpath.relpath(path, posixpath.dirname(self.path)))
