"""What a version will say: read from a draft, checked, kept while the draft goes on, and published as it was read.

Parts that publishing, proposing and planning share inside their own transactions; none of them records an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import documents
from ..drafts import store
from ..models import Article, Draft, Proposal, ProposalState, Significance, Status, User, Version
from ..models.frozen import Frozen
from .article import clean_title
from .asking import Asks
from .problems import Conflict, Invalid


@dataclass(frozen=True)
class Contents:
    """The title and the document of a draft at its update `seq`, where its Yjs state vector is `state`."""

    title: str
    document: dict[str, Any]
    seq: int
    state: bytes

    def says_the_same_as(self, version: Version | None) -> bool:
        """Whether readers would see no difference to what a version says."""
        return version is not None and version.title == self.title and version.document == self.document


def clean_note(note: str) -> str:
    """A change note on one line. Raises Invalid when it is too long, or holds NUL."""
    note = " ".join(note.split())
    if "\0" in note:
        raise Invalid(note=_("The note holds characters that cannot be shown. Remove them."))
    if len(note) > 500:
        raise Invalid(note=_("The note has %(count)d characters; 500 are the most.") % {"count": len(note)})
    return note


def clean_significance(significance: str) -> str:
    """One of the values of Significance. Raises Invalid for another."""
    if significance not in Significance.values:
        raise Invalid(significance=_("The significance must be minor, normal or must-read."))
    return significance


def read_contents(article: Article, *, seq: int | None = None, lock: bool = True) -> Contents:
    """The draft of an article as it would be published, with its row locked. The title may still be wrong.

    `seq`, when given, is the number of the update that whoever decides has looked at. Raises Conflict when the draft
    has moved on since.
    """
    drafts = Draft.objects.select_for_update(no_key=True) if lock else Draft.objects.all()
    draft = drafts.get(pk=article.pk)
    if seq is not None and seq != draft.seq:
        raise Conflict(_("The draft has changed since you looked at it. Look at it again, then publish."))
    doc, last = store.load(draft.pk)
    title = documents.read_title(doc) or article.title
    return Contents(title, documents.read_draft(doc), last, doc.get_state())


def check_contents(contents: Contents) -> None:
    """Raise Invalid or documents.DocumentError when nothing sensible can be published of it."""
    clean_title(contents.title)
    documents.check_document(contents.document)
    errors = [one.message for one in documents.findings(contents.document) if one.level == "error"]
    if errors:
        raise Invalid(document=" ".join(errors))


def refuse_archived(article: Article) -> None:
    """Raise Conflict for an article that is out of use."""
    if article.status == Status.ARCHIVED:
        raise Conflict(_("The article is archived. Bring it back before publishing it."))


def refuse_overtaken(article: Article, seen: int | None) -> None:
    """Raise Conflict when readers see another version than the one whose number is `seen` (0: none; None: any)."""
    now = article.version
    if seen is None or seen == (now.number if now else 0):
        return
    if now is None:
        raise Conflict(_("There is no version %(number)d. Look at the article again.") % {"number": seen})
    who = now.author.get_full_name() if now.author else _("somebody")
    raise Conflict(
        _("Version %(number)d was published by %(name)s meanwhile. Look at the difference again.")
        % {"number": now.number, "name": who}
    )


def freeze(
    user: User,
    article: Article,
    *,
    note: str,
    significance: str,
    seq: int | None,
    asks: Asks | None = None,
    at_once: bool = True,
) -> dict[str, Any]:
    """The fields of a `Frozen` that holds the draft of an article, whose row is locked, as it is now.

    Raises Invalid, Conflict (also, with `at_once`, when readers see just that), documents.DocumentError.
    """
    note, significance = clean_note(note), clean_significance(significance)
    refuse_archived(article)
    contents = read_contents(article, seq=seq)
    check_contents(contents)
    if at_once and contents.says_the_same_as(article.version):
        raise Conflict(_("Nothing to publish: readers see what the draft says."))
    return {
        "article": article, "title": contents.title, "document": contents.document, "note": note,
        "significance": significance, "asks": (asks or Asks()).stored(), "draft_seq": contents.seq,
        "draft_state": contents.state, "base_id": article.version_id, "author": user, "created_at": timezone.now(),
    }  # fmt: skip


def close(row: Frozen, user: User | None, answer: str = "", *, version: Version | None = None, **state: str) -> None:
    """Write down how something frozen was decided, by whom and when."""
    row.answered_by, row.answered_at, row.answer, row.version = user, timezone.now(), answer, version
    for name, value in state.items():
        setattr(row, name, value)
    row.save(update_fields=["answered_by", "answered_at", "answer", "version", *state])


def reopen(row: Frozen, state: str) -> None:
    """Take back how something frozen was decided: it waits again."""
    values = {"answered_by": None, "answered_at": None, "answer": "", "state": state}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def settle_proposal(user: User, article: Article, version: Version) -> None:
    """An open proposal of just what was published now is thereby approved."""
    for proposal in Proposal.objects.filter(article=article, state=ProposalState.OPEN):
        if proposal.title == version.title and proposal.document == version.document:
            close(proposal, user, version=version, state=ProposalState.APPROVED)
