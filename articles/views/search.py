"""Search: the best answers first, with the way from a question to the text as short as it can be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from articles import access, days, epoch, navigation, rendering, search_log
from articles import scope as scopes
from articles import search as engine
from articles.actions.pinning import pin_answer, unpin_answer
from articles.kept import Kept
from articles.models import Category

from .drawing import drawn
from .handled import SignedInRequest, is_refresh, page
from .listing import Page
from .personal import done
from .reading import fetch_to_read, flags_on, without_ids

PER_PAGE = 10  # a page that a caller waits for; the next is one press away
LAST_PAGE = 100
LONGEST = 300  # characters of a question that are looked at
LANGUAGES = ("en", "sv")
_SELECTED = SafeString(" selected")
_SNIPPET = SafeString("\0")  # where the snippet goes in a row; no text holds this character
_WORDS = SafeString("\1")  # where the question goes in the address of its report; nor this one
_rows: Kept[str] = Kept(20_000)  # some 1,000 bytes each


@dataclass(frozen=True)
class Asked:
    """A question and its filters, as they stand in the address."""

    text: str
    category: str = ""
    tag: str = ""
    language: str = ""
    exact: bool = False
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        return bool(self.category or self.tag or self.language)

    @property
    def without_filters(self) -> str:
        """The address of the same question without what narrows it."""
        return Asked(self.text, exact=self.exact).url

    @property
    def as_typed(self) -> str:
        """The address of the same question with no word corrected."""
        return replace(self, exact=True, page=1).url

    def instead(self, text: str) -> str:
        """The address of another question with the same filters."""
        return replace(self, text=text, exact=False, page=1).url

    @property
    def url(self) -> str:
        """`/search/?q=…`, with only what was asked for."""
        named = {
            "q": self.text, "category": self.category, "tag": self.tag, "language": self.language,
            "exact": "1" if self.exact else "", "page": str(self.page) if self.page > 1 else "",
        }  # fmt: skip
        return "/search/?" + urlencode({name: value for name, value in named.items() if value})


@require_safe
@page
def search(request: SignedInRequest) -> HttpResponse:
    """`/search/?q=&category=&tag=&language=&exact=1&page=`. Filters that mean nothing count as not set."""
    asked = _asked(request)
    category = _category(request, asked)
    tree = navigation.tree(request.user)
    context = {
        "query": asked.text,
        "asked": asked,
        "tree": tree,
        "topic_options": drawn(request.user, ("topic options", asked.category), lambda: _options(tree, asked.category)),
    }
    if not asked.text and not asked.is_filtered:
        return render(request, "articles/search.html", context)
    start = (asked.page - 1) * PER_PAGE
    scope = scopes.of(request.user)
    # Whoever names a topic has chosen where to look. A tag or a language says what, and not where.
    narrowing = scope if scope.narrows and not asked.category else None

    def find(within: scopes.Scope | None) -> engine.Answer:
        limits: engine.Limits = {
            "category": category, "tags": (asked.tag,) if asked.tag else (), "language": asked.language or None,
            "limit": PER_PAGE, "offset": start,
        }  # fmt: skip
        if not asked.text:  # a tag, say, that somebody pressed
            return engine.list_articles(request.user, **limits, scope=within)
        return engine.search_articles(request.user, asked.text, **limits, correct=not asked.exact, scope=within)

    answer = find(narrowing)
    only_outside = bool(answer.outside and not answer.total)
    if only_outside:  # a caller waits: better what lies outside than nothing
        answer = find(None)
    hits = answer.hits
    if asked.page == 1 and not asked.is_filtered and not is_refresh(request):
        search_log.note_search(asked.text, answer.total)
    context |= {
        "answer": answer,
        "hits": hits,
        "notices_among": [hit.article for hit in hits],
        "rows": [_row(request, asked, hit, tree) for hit in hits],
        "scope": scope,
        "only_outside": only_outside,
        **_beyond(request, answer, asked, tree),
        "tags": _tags(answer, asked),
        "nearest": [(word, asked.instead(word)) for word in answer.suggestions],
        "page": Page(list(hits), asked.page, start + len(hits) < answer.total and bool(hits), answer.total, PER_PAGE),
    }
    return render(request, "articles/search.html", context)


def _beyond(
    request: SignedInRequest, answer: engine.Answer, asked: Asked, tree: navigation.Tree
) -> dict[str, list[SafeString]]:
    """What is shown of the hits outside of the person's scope: before the others the one that answers much better,
    behind a short list the best few."""
    if asked.page > 1:
        return {}
    if answer.best_is_outside:
        return {"much_better": [_row(request, asked, hit, tree) for hit in answer.beyond[:1]]}
    if len(answer.hits) >= PER_PAGE:
        return {}
    return {"beyond": [_row(request, asked, hit, tree) for hit in answer.beyond]}


def _row(request: SignedInRequest, asked: Asked, hit: engine.FoundArticle, tree: navigation.Tree) -> SafeString:
    """A hit as it stands in the list. All but the snippet and the words that a report keeps is the same
    for every question, and is kept."""
    article, now = hit.article, epoch.current()
    topic = tree.topics.get(article.category_id)
    path, language, today = topic.path_name if topic else "", get_language(), days.today()

    def draw() -> str:
        context = {
            "article": article, "version": article.version, "path": path, "today": today,
            "snippet": _SNIPPET, "words": _WORDS, "LANGUAGE_CODE": language,
        }  # fmt: skip
        return render_to_string("articles/_hit.html", context)

    row = _rows.get((article.pk, path, language, today), (now.access_seq, now.listing_seq), draw)
    # Both are safe: drawn by a template, and made by articles.search from escaped text.
    snippet = f'<p class="snippet" lang="{article.language}">{hit.snippet_html}</p>\n' if hit.snippet_html else ""
    row = row.replace(_WORDS, quote_plus(asked.text)).replace(_SNIPPET, snippet)
    return mark_safe(row.replace("</li>", f"{_extra(request, asked, hit)}</li>"))  # noqa: S308


def _extra(request: SignedInRequest, asked: Asked, hit: engine.FoundArticle) -> str:
    """Why it stands where it stands, and for who may edit it the pin. Nothing for most hits of most people."""
    may_pin = bool(asked.text) and access.can(request.user, "pin", hit.article)
    if not (may_pin or hit.pinned or hit.reason):
        return ""
    context = {"hit": hit, "may_pin": may_pin, "query": asked.text, "next": asked.url}
    return render_to_string("articles/_hit_extra.html", context, request=request)


def _options(tree: navigation.Tree, chosen: str) -> SafeString:
    """The topics to narrow a search to, indented by their depth."""
    rows = ((topic.slug, topic.slug == chosen, "\u2003" * depth + topic.name) for depth, topic in tree.walk())
    return format_html_join(
        "", '<option value="{}"{}>{}</option>', ((slug, _SELECTED if here else "", name) for slug, here, name in rows)
    )


def _asked(request: SignedInRequest) -> Asked:
    number = request.GET.get("page", "1")
    language = request.GET.get("language", "")
    return Asked(
        text=" ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST],
        category=request.GET.get("category", "")[:140],
        tag=request.GET.get("tag", "").strip()[:60],
        language=language if language in LANGUAGES else "",
        exact=request.GET.get("exact") == "1",
        page=min(max(1, int(number)), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )


def _category(request: SignedInRequest, asked: Asked) -> Category | None:
    """The topic to search in, if the person sees it. An absent one finds nothing rather than everything: 404."""
    return access.fetch_category(request.user, "view", slug=asked.category) if asked.category else None


def _tags(answer: engine.Answer, asked: Asked) -> tuple[str, ...]:
    """The tags of the hits on this page, the most used first: each narrows the search to something that is there."""
    used = Counter(tag.name for hit in answer.hits for tag in hit.article.tags.all())
    names = [name for name, _count in used.most_common()]
    if asked.tag and asked.tag.casefold() not in (name.casefold() for name in names):
        names.insert(0, asked.tag)
    return tuple(names)


@require_POST
@page
def pin(request: SignedInRequest) -> HttpResponse:
    """`/search/pin/`: POST `do=pin|unpin`, `article`, `q`; and back to what was found."""
    number = request.POST.get("article", "")
    article = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    act = unpin_answer if request.POST.get("do") == "unpin" else pin_answer
    act(request.user, article, request.POST.get("q", ""))
    return done(request, "/search/")


@require_safe
@page
def preview(request: SignedInRequest, article_id: int) -> HttpResponse:
    """`/articles/<id>/preview/`: the answer as it stands beside a list of hits; a part of a page."""
    article = fetch_to_read(request.user, article_id)
    if article.version is None:
        raise access.NotFound
    made = rendering.rendered_for(access.view_of(request.user), article, article.version)
    context = {
        "article": article,
        "version": article.version,
        "html": mark_safe(without_ids(made.html)),  # noqa: S308 -- made by documents.render from a checked document
        "is_archived": article.status == "archived",
        "is_overdue": article.review_date is not None and article.review_date < days.today(),
        "warnings": flags_on(access.view_of(request.user), article)["warnings"],
    }
    response = render(request, "articles/_hit_preview.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response
