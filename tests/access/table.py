"""The permission table: every action × every kind of person. Pages, API and sockets are all held to it.

The idea of one table with failures that read like sentences is Wagtail's (`tests/permission_policies`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture

from articles import access, documents
from articles.actions import (
    announcing,
    answering,
    calls,
    commenting,
    flagging,
    image,
    noting,
    people,
    planning,
    proposing,
    publishing,
    suggesting,
    synonym,
)
from articles.actions import article as article_actions
from articles.actions import category as category_actions
from articles.actions.draft import replace_draft
from articles.models import (
    Article,
    CallOutcome,
    Category,
    Comment,
    Flag,
    Image,
    Note,
    Notice,
    Plan,
    Proposal,
    Suggestion,
    SynonymGroup,
    User,
)
from articles.views.undoing import SALT

# Who they are: the roles that they hold, and what those are granted in the category "Permits".
PEOPLE = {
    "charlie": ("strangers", None),
    "bob": ("readers", "view"),
    "eve": ("scribes", "edit"),
    "alice": ("writers", "publish"),
    "max": ("keepers", "manage"),
    "mary": ("manager", "view"),  # the site's managers, who may only read in this category
    "admin": (None, None),
    "gone": ("writers", "publish"),  # an account that was closed
}
SEE = {"bob", "eve", "alice", "max", "mary", "admin"}
EDIT = {"eve", "alice", "max", "admin"}
PUBLISH = {"alice", "max", "admin"}
MANAGE = {"max", "admin"}
MANAGERS = {"mary", "admin"}
WORK = EDIT | MANAGERS  # on a flag of an article
OF_MISSING = {"bob"} | MANAGERS  # those who know of a flag that is of no article

# action → (who may do it to a published article, who may do it to one that was never published)
ON_ARTICLES: dict[str, tuple[set[str], set[str]]] = {
    "view": (SEE, EDIT),
    "comment": (SEE, EDIT),
    "note": (SEE, EDIT),
    "moderate": (MANAGE, MANAGE),
    "flag": (SEE, EDIT),
    "suggest": (SEE, EDIT),
    "edit": (EDIT, EDIT),
    "propose": (EDIT, EDIT),
    "pin": (EDIT, EDIT),
    "answer_suggestion": (EDIT, EDIT),
    "answer_flag": (EDIT, EDIT),
    "publish": (PUBLISH, PUBLISH),
    "approve": (PUBLISH, PUBLISH),
    "plan": (PUBLISH, PUBLISH),
    "restore": (PUBLISH, PUBLISH),
    "archive": (PUBLISH, PUBLISH),
    "move": (PUBLISH, PUBLISH),
    "restrict": (PUBLISH, PUBLISH),
    "review": (EDIT | MANAGERS, EDIT),
    "oversee": (MANAGERS, {"admin"}),
    "manage": (MANAGE, MANAGE),
}
ON_CATEGORIES: dict[str, set[str]] = {
    "view": SEE,
    "create": EDIT,
    "import": EDIT,
    "create_category": EDIT,
    "change_category": MANAGE,
    "announce": PUBLISH,
}
ON_THE_SITE: dict[str, set[str]] = {
    **dict.fromkeys(access.FOR_MANAGERS, MANAGERS),
    **{action: {"admin"} for action in access.FOR_ADMINISTRATORS},
}


@dataclass
class Place:
    """A category with one article of each kind, and everybody of the table."""

    people: dict[str, User]
    category: Category
    other: Category
    published: Article
    draft: Article
    archived: Article
    image: Image
    proposal: Proposal  # by Eve, of the published article
    plan: Plan  # to archive the published article
    suggestion: Suggestion  # by Bob, for the published article
    comment: Comment  # by Bob, on the published article
    note: Note  # by Bob for the readers, on the published article
    notice: Notice  # by Alice, in the category
    flag: Flag  # by Bob, of the published article; Mary has it, for nobody owns the article
    missing: Flag  # by Bob, of no article
    closed: Flag  # by Bob, of the published article, resolved by the admin
    remark: Comment  # on the published article, by somebody whose account was closed
    call: CallOutcome  # noted by Bob, of the published article
    kept: str  # with which Bob takes back that he deleted a note on the published article
    words: SynonymGroup
    kept_words: str  # with which Mary puts synonyms back
    sessions: dict[str, str]  # of everybody: signing in anew for each row would take longer than the row

    def client(self, name: str) -> Client:
        """A browser in which this person has signed in."""
        made = Client()
        made.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return made


def picture() -> bytes:
    """A small real PNG."""
    stream = BytesIO()
    Picture.new("RGB", (8, 6), "green").save(stream, "PNG")
    return stream.getvalue()


def build() -> Place:
    """The place, built through the actions."""
    for role in ("strangers", "readers", "scribes", "writers", "keepers"):
        people.create_role(None, role)
    cast = {
        name: people.create_user(
            None, name, password="secret-of-" + name, superuser=name == "admin", roles=[role] if role else []
        )
        for name, (role, _right) in PEOPLE.items()
    }
    grants = {role: [right] for role, right in PEOPLE.values() if role and right}
    admin = cast["admin"]
    category = category_actions.create_category(admin, "Permits", grants=grants)
    other = category_actions.create_category(admin, "Waste", grants=grants)

    def make(title: str, text: str) -> Article:
        return article_actions.create_article(admin, category, title, documents.from_markdown(text).document)

    published, draft, archived = make("Fence", "First."), make("Shed", "Not yet."), make("Dog tax", "Abolished.")
    stored = image.add_image(admin, published.pk, "plan.png", picture())
    text = f"Second, with a picture.\n\n![The plan]({stored.get_absolute_url()})"
    publishing.publish_article(admin, published.pk)
    replace_draft(admin, published.pk, documents.from_markdown(text).document)
    publishing.publish_article(admin, published.pk, note="Adds the plan", significance="must-read")
    publishing.publish_article(admin, archived.pk)
    article_actions.archive_article(admin, archived.pk)
    remark = commenting.add_comment(cast["gone"], published.pk, "It is.")
    sessions = {name: _session(person) for name, person in cast.items()}
    people.set_active(None, cast["gone"].pk, active=False)
    replace_draft(cast["eve"], published.pk, documents.from_markdown(f"Third.\n\n{text}").document)
    proposal = proposing.propose_article(cast["eve"], published.pk)
    plan = planning.plan_archiving(admin, published.pk, timezone.now() + timedelta(days=30))
    suggestion = suggesting.suggest_change(
        cast["bob"], published.pk, documents.from_markdown(f"{text}\n\nSuggested.").document, "Clearer"
    )
    comment = commenting.add_comment(cast["bob"], published.pk, "Is it still so?")
    note = noting.add_note(cast["bob"], published.pk, "Ask twice.", audience="readers")
    tomorrow = timezone.now() + timedelta(days=1)
    notice = announcing.add_notice(cast["alice"], "Closed today.", tomorrow, categories=[category.slug])
    flag = flagging.raise_flag(cast["bob"], published.pk, "outdated", "urgent", "The plan is an old one.")
    missing = flagging.raise_flag(cast["bob"], None, "missing", "normal", "Nothing on pools.", query="pool")
    closed = flagging.raise_flag(cast["bob"], published.pk, "other", "low", "A word is missing.")
    closed = answering.resolve_flag(admin, closed.pk, "It is there now.")
    call = calls.note_call(cast["bob"], published.pk, customer_helped=True, article_helped=True)
    kept = ["note", cast["bob"].pk, published.pk, "Ask.", noting.ME, ["", "", "", ""], "", False]
    words = synonym.save_synonyms(admin, "en", "bin, bucket")
    kept_words = ["synonyms", cast["mary"].pk, words.pk, words.language, words.words]
    for row in (published, draft, archived, cast["gone"]):
        row.refresh_from_db()
    return Place(
        cast, category, other, published, draft, archived, stored, proposal, plan, suggestion, comment, note, notice, flag,
        missing, closed, remark, call, signing.dumps(kept, salt=SALT, compress=True), words,
        signing.dumps(kept_words, salt=SALT, compress=True), sessions,
    )  # fmt: skip


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def undone() -> Iterator[None]:
    """Do it and take it back, so that every person of the table meets the same place."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(point)


def judge(action: str, allowed: set[str], attempt: Callable[[str], bool]) -> list[str]:
    """Sentences about every person for whom an action does not answer as the table says. Empty is right."""
    wrong = []
    for name in PEOPLE:
        with undone():
            could = attempt(name)
        if could and name not in allowed:
            wrong.append(f"{name.capitalize()} should not be able to {action}, but can")
        elif not could and name in allowed:
            wrong.append(f"{name.capitalize()} should be able to {action}, but cannot")
    return wrong


def titles(items: list[dict[str, Any]]) -> set[str]:
    """The titles in an answer of the API."""
    return {item["title"] for item in items}
