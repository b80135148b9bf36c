"""Say that something is wrong or missing: in five seconds, while somebody is on the phone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from .. import access, anchors, events
from ..flag_rights import flags_for, sees_flag
from ..models import Anchor, Article, Flag, FlagJoin, FlagKind, FlagStep, Severity, Step, User
from ..models.flag import OPEN
from ..routing import route
from ..search.stems import stem_key
from ..working_hours import calendar
from .limits import refuse_too_many
from .problems import Conflict, Invalid

WINDOW, IN_WINDOW = timedelta(hours=1), 300  # a bad day in a busy centre stays below it, a broken program does not
LONGEST_BODY, LONGEST_QUERY = 2_000, 300
MOST_COMPARED = 200  # open questions without an answer
ALIKE = 80  # of 100: rapidfuzz' token_set_ratio between two sentences that say the same


def raise_flag(
    user: User,
    article_id: int | None,
    kind: str,
    severity: str,
    body: str,
    *,
    quote: str = "",
    before: str = "",
    after: str = "",
    version: int | None = None,
    anchor: Anchor | None = None,
    query: str = "",
) -> Flag:
    """Report that an article (None: no article) is wrong, and give it to whose turn it is.

    `quote` is the passage it is about (`before`, `after` and `version`: see `anchors.make_anchor`), `anchor` one that
    something else was about, `query` what was searched for. Nothing is refused because its passage was changed
    meanwhile, unless nobody could tell for whom that was. Raises access.NotFound/Forbidden, Invalid, TooMany.
    """
    kind, severity = _clean_choice("kind", kind, FlagKind.values), _clean_choice("severity", severity, Severity.values)
    body, query = _clean_body(body, query), " ".join(query.split())[:LONGEST_QUERY]
    quote = " ".join(quote.split())[: anchors.LONGEST_QUOTE]
    with transaction.atomic():
        article = None if article_id is None else access.fetch_article(user, "flag", article_id, lock=bool(quote))
        # The person's row: two requests of one person at one moment must not both come under the limit.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        now = timezone.now()
        _refuse_too_many(user)
        due, remind_at = calendar().due(severity, now)
        if article is not None and quote:
            anchor = anchors.make_anchor(
                user, article, quote, before=before, after=after, version=version, or_gone=True
            )  # fmt: skip
        flag = Flag(
            article=article, kind=kind, severity=severity, body=body, anchor=anchor, query=query, reporter=user,
            created_at=now, due=due, remind_at=remind_at,
        )  # fmt: skip
        routed = route(flag)
        flag.assignee, flag.team = routed.person, routed.team
        flag.save()
        note_step(flag, user, Step.RAISED)
        if flag.assignee:
            note_step(flag, None, Step.ROUTED, to=flag.assignee)
        events.record(user, events.FlagRaised(flag))
    return flag


def join_flag(user: User, flag_id: int) -> Flag:
    """Say that one met the same: it counts, and its answer is for them too.

    Joining twice changes nothing, nor does joining one's own. Raises access.NotFound, Conflict when it is closed.
    """
    return _join(user, fetch_flag(user, flag_id).pk)


def join_asked(user: User, query: str) -> Flag:
    """Join whoever searched for the same, found nothing and asked for it; from then on one sees that flag.

    Joining twice changes nothing, nor does joining one's own. Raises Conflict where nobody asks (any more).
    """
    own = FlagJoin.objects.filter(user=user).values("flag")
    mine = Flag.objects.filter(Q(reporter=user) | Q(pk__in=own))
    found = _asking_the_same(query, mine) or _asking_the_same(query, Flag.objects.all())
    if found is None:
        raise Conflict(_("Nobody waits for that any more. Search again, or report it."))
    return _join(user, found)


def is_asked(user: User, query: str) -> bool:
    """Whether somebody searched for the same and asked for it, of whom this person does not know.

    That is all they are told: not who it was, nor in which words.
    """
    return _asking_the_same(query, Flag.objects.exclude(pk__in=flags_for(user).order_by().values("pk"))) is not None


def _asking_the_same(query: str, rows: QuerySet[Flag]) -> int | None:
    """The newest of these flags that is open, about no article, and came from a search that asked the same."""
    key = stem_key(query)
    if not key:
        return None
    asked = rows.filter(status__in=OPEN, article__isnull=True).exclude(query="").order_by("-created_at", "-pk")
    found = asked.values_list("pk", "query")[:MOST_COMPARED]
    return next((pk for pk, said in found if stem_key(said) == key), None)


def _join(user: User, flag_id: int) -> Flag:
    with transaction.atomic():
        flag = lock_flag(flag_id)
        if flag.reporter_id == user.pk or FlagJoin.objects.filter(flag=flag, user=user).exists():
            return flag
        if not flag.is_open:
            raise Conflict(what_is_now(flag))
        FlagJoin.objects.create(flag=flag, user=user, at=timezone.now())
        note_step(flag, user, Step.JOINED)
        events.record(user, events.FlagUpdated(flag, ("joined",)))
    return flag


def similar_flags(user: User, article: Article | None, body: str = "", quote: str = "", query: str = "") -> list[Flag]:
    """Open flags that may say the same, the most alike first, at most five, with how many joined each (`met_by`).

    Three queries. Of an article all that are open are offered, for whoever writes a new one has not looked; without an
    article only those of which this person knows that have similar words.
    """
    rows = flags_for(user).filter(status__in=OPEN, article=article).select_related("article", "reporter", "anchor")
    found = list(rows.order_by("-created_at", "-pk")[:50])
    words = f"{body} {query}".strip()
    scored = [(likeness(one, words, quote), one) for one in found]
    if article is None:
        scored = [(score, one) for score, one in scored if score >= ALIKE]
    scored.sort(key=lambda pair: (-pair[0], -pair[1].pk))
    alike = [one for _score, one in scored[:5]]
    met_by = dict(FlagJoin.objects.filter(flag__in=alike).order_by().values_list("flag").annotate(Count("pk")))
    for one in alike:
        one.met_by = met_by.get(one.pk, 0)  # type: ignore[attr-defined]
    return alike


def likeness(flag: Flag, words: str, quote: str) -> float:
    """0 to 100: how much a flag says what these words say, or is about the same passage."""
    quote = " ".join(quote.split())
    about = 100.0 if quote and flag.quote and (quote in flag.quote or flag.quote in quote) else 0.0
    said = f"{flag.body} {flag.query}".strip().casefold()
    return max(about, fuzz.token_set_ratio(words.casefold(), said)) if words else about


# --- For the other actions on flags -------------------------------------------------------------------


def fetch_flag(user: User, flag_id: int) -> Flag:
    """A flag with its article and people. Raises access.NotFound."""
    flag = loaded().filter(pk=flag_id).first()
    if flag is None or not sees_flag(access.view_of(user), flag):
        raise access.NotFound
    return flag


def loaded() -> QuerySet[Flag]:
    """Flags with all that a list shows of them."""
    people = ("reporter", "assignee", "answered_by", "escalated_to")
    rows = Flag.objects.select_related("article__category", "anchor", "team", "version", *people)
    return rows.defer("version__document")


def listed(rows: QuerySet[Flag] | None = None) -> QuerySet[Flag]:
    """`loaded`, with how many joined (`met_by`); of `rows` alone, where they are given."""
    joins = FlagJoin.objects.filter(flag=OuterRef("pk")).order_by().values("flag")
    counted = Coalesce(Subquery(joins.annotate(count=Count("pk")).values("count")), 0)
    found = loaded() if rows is None else loaded().filter(pk__in=rows.order_by().values("pk"))
    return found.annotate(met_by=counted)


def lock_flag(flag_id: int) -> Flag:
    """The flag, locked until the end of the transaction."""
    return loaded().select_for_update(of=("self",), no_key=True).get(pk=flag_id)


def note_step(flag: Flag, actor: User | None, action: Step, text: str = "", to: User | None = None) -> FlagStep:
    """Write a line of the history."""
    return FlagStep.objects.create(flag=flag, at=timezone.now(), actor=actor, action=action, text=text, to=to)


def what_is_now(flag: Flag) -> str:
    """What whoever came too late is told: who did what last, and what holds now."""
    last = flag.steps.select_related("actor").order_by("-pk").first()
    state, name = flag.get_status_display(), last.actor.get_full_name() if last and last.actor else ""
    if name and flag.is_open and flag.assignee:
        return _("%(name)s has changed this flag meanwhile. Now it is: %(state)s, with %(owner)s.") % {
            "name": name, "state": state, "owner": flag.assignee.get_full_name(),
        }  # fmt: skip
    if name:
        return _("%(name)s has changed this flag meanwhile. Now it is: %(state)s.") % {"name": name, "state": state}
    return _("This flag has changed meanwhile. Now it is: %(state)s.") % {"state": state}


def _clean_choice(field: str, value: str, values: Iterable[str]) -> str:
    allowed = list(values)
    if value not in allowed:
        raise Invalid(**{field: _("Choose one of: %(values)s.") % {"values": ", ".join(allowed)}})
    return value


def _clean_body(body: str, query: str) -> str:
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Invalid(body=_("Say in a sentence what is wrong or missing."))
    if len(body) > LONGEST_BODY:
        message = _("That has %(count)d characters; %(most)d are the most.")
        raise Invalid(body=message % {"count": len(body), "most": LONGEST_BODY})
    if "\0" in body + query:
        raise Invalid(body=_("The text holds characters that cannot be stored. Remove them."))
    return body


def _refuse_too_many(user: User) -> None:
    message = _("You have reported very much within an hour. Send this one a little later.")
    refuse_too_many(Flag.objects.filter(reporter=user), "created_at", IN_WINDOW, WINDOW, message)
