"""The plain editing page: a form that needs no script, and never loses what was typed.

Every answer to a form that could not be saved is the same form with the text in it. `base` is the number of the draft
update that the writer saw when opening the page; what others wrote since then merges with what this writer changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from articles import access, documents, navigation
from articles.actions.article import create_article, update_article
from articles.actions.draft import replace_draft
from articles.actions.image import add_image
from articles.actions.live_publishing import hold_live_publishing
from articles.actions.problems import Conflict, Invalid
from articles.drafts import store
from articles.forms import ArticleForm, NewArticleForm
from articles.forms.article import category_choices, owner_choices, owner_word
from articles.models import Article, Category, Draft, Image

from .coming import when_readers_see
from .handled import SignedInRequest
from .history import Run, beside
from .unsent import keeping_text
from .watching import watching_page
from .writing import writing_page

NAMED_PUBLISHERS = 5
form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Preview:
    """The text as readers would see it, or why it cannot be shown."""

    html: str = ""
    problem: str = ""
    losses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clash:
    """Others rewrote the draft so thoroughly that nothing can be merged any more: theirs beside what was typed."""

    message: str
    seq: int
    runs: list[Run]


@form_page
@keeping_text
def edit(request: SignedInRequest, article_id: int) -> HttpResponseBase:
    """`/articles/<id>/edit/`: the editor, or the draft to watch for those who may only read the article; with
    `?as=markdown` the form, which is also what a POST answers with.

    POST `do`: save, review (save, then on to publishing), preview, upload, overwrite.
    """
    article = access.fetch_article(request.user, "view", article_id)
    if request.method != "POST" and request.GET.get("as") != "markdown":
        may_write = access.can(request.user, "edit", article)
        return writing_page(request, article) if may_write else watching_page(request, article)
    access.require(request.user, "edit", article)
    owners = owner_choices(article, article.owner_user)
    if request.method != "POST":
        return _show(request, article, ArticleForm(initial=_as_opened(article), owners=owners))
    form = ArticleForm(request.POST, request.FILES, owners=owners)
    do = request.POST.get("do", "save")
    if do == "preview":
        return _preview(request, article, form)
    if do == "upload":
        return _upload(request, article, form)
    return _save(request, article, form)


def _as_opened(article: Article) -> dict[str, Any]:
    doc, seq = store.load(article.pk)
    return {
        "title": article.title, "text": documents.to_markdown(documents.read_draft(doc)), "base": seq,
        "tags": ", ".join(tag.name for tag in article.tags.all()), "language": article.language,
        "owner": owner_word(article), "review_date": article.review_date,
        "review_months": article.review_months, "evergreen": article.evergreen,
    }  # fmt: skip


def _save(request: SignedInRequest, article: Article, form: ArticleForm) -> HttpResponse:
    if not form.is_valid():
        return _show(request, article, form, status=422)
    base = form.cleaned_data["base"]
    if request.POST.get("do") == "overwrite":
        base = form.cleaned_data["over"] or base
    try:
        converted = documents.own_images_only(documents.from_markdown(form.cleaned_data["text"]))
        with transaction.atomic():
            if changes := form.metadata():
                update_article(request.user, article.pk, **changes)
            replace_draft(request.user, article.pk, converted.document, base_seq=base)
    except (Invalid, documents.DocumentError) as problem:
        form.take(problem)
        return _show(request, article, form, status=422)
    except Conflict as problem:
        return _show(request, article, form, status=409, clash=_clash(article, form, str(problem)))
    return _saved(request, article, converted.losses, as_markdown=True)


def _saved(request: SignedInRequest, article: Article, losses: list[str], *, as_markdown: bool = False) -> HttpResponse:
    """Back to the page, or on to publishing; the browser is told which of its unsent copies is not needed any more."""
    if losses:
        messages.warning(request, " ".join([_("Saved, but not everything could be kept."), *losses]))
    elif request.POST.get("do") != "review":
        messages.success(request, f"{_('Saved.')} {when_readers_see(article)}")
    step = "publish" if request.POST.get("do") == "review" else "edit"
    if step == "publish" and article.publishes_itself and access.can(request.user, "publish", article):
        hold_live_publishing(request.user, article.pk)  # it must not publish itself under their hands
    query = {"as": "markdown"} if as_markdown and step == "edit" else {}
    if copy := request.POST.get("copy", "")[:60]:
        query["saved"] = copy
    return redirect(f"/articles/{article.pk}/{step}/" + (f"?{urlencode(query)}" if query else ""))


def _clash(article: Article, form: ArticleForm, message: str) -> Clash:
    doc, seq = store.load(article.pk)
    theirs = documents.render(documents.read_draft(doc), language=article.language)
    mine = documents.render(documents.from_markdown(form.markdown).document, language=article.language)
    return Clash(message, seq, beside(theirs.html, mine.html))


def _upload(request: SignedInRequest, article: Article, form: ArticleForm) -> HttpResponse:
    """A picture from a browser without scripts: it is stored and listed, and the text stays as it was typed."""
    file = request.FILES.get("picture")
    form.errors.clear()  # nothing is saved yet, so nothing else is wrong yet
    if file is None:
        form.add_error("picture", _("Choose a file first."))
        return _show(request, article, form, status=422)
    try:
        # A byte more than is taken is enough to refuse it; what is larger need not fit into memory.
        add_image(request.user, article.pk, file.name or "picture", file.read(settings.IMAGE_MAX_BYTES + 1))
    except Invalid as problem:
        form.take(problem)
        return _show(request, article, form, status=422)
    return _show(request, article, form)


def _preview(request: SignedInRequest, article: Article | None, form: ArticleForm) -> HttpResponse:
    language = form.data.get("language") or (article.language if article else "en")
    made = preview_of(form.markdown, language)
    if getattr(request, "htmx", False):
        return render(request, "articles/_preview.html", {"preview": made})
    form.errors.clear()
    return _show(request, article, form, preview=made)


def preview_of(markdown: str, language: str) -> Preview:
    """What a text would look like to those who see all of it."""
    try:
        converted = documents.own_images_only(documents.from_markdown(markdown))
        return Preview(documents.render(converted.document, language=language).html, losses=tuple(converted.losses))
    except documents.DocumentError as problem:
        return Preview(problem=str(problem))


def _show(
    request: SignedInRequest, article: Article | None, form: ArticleForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    if article is None:
        return render(request, "articles/new.html", {"form": form, "at_new": True, **more}, status=status)
    draft = Draft.objects.select_related("changed_by").get(pk=article.pk)
    may_publish = access.can(request.user, "publish", article)
    context = {
        "article": article,
        "category": article.category,
        "draft": draft,
        "form": form,
        "images": Image.objects.filter(article=article).order_by("-pk"),
        "may_publish": may_publish,
        "publishers": "" if may_publish else publishers(article),
        **more,
    }
    return render(request, "articles/edit_markdown.html", context, status=status)


def publishers(thing: Article | Category) -> str:
    """Who may publish here, as words for people: "Maria Holmgren and 3 more"."""
    people = access.who_can("publish", thing).filter(is_superuser=False).order_by("first_name", "last_name", "username")
    names = [user.get_full_name() for user in people[: NAMED_PUBLISHERS + 1]]
    if not names:
        return _("an administrator")
    told = ", ".join(names[:NAMED_PUBLISHERS])
    more = people.count() - NAMED_PUBLISHERS if len(names) > NAMED_PUBLISHERS else 0
    if more:
        return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {"names": told, "n": more}
    return told


# --- A new article ------------------------------------------------------------------------------


@form_page
@keeping_text
def new(request: SignedInRequest) -> HttpResponseBase:
    """`/articles/new/?category=`. POST `do`: save, review, preview. Whoever may write nowhere is refused."""
    places = _places(request)
    if not places:
        raise access.Forbidden("create")
    slug = request.POST.get("category") or request.GET.get("category") or ""
    category = places.get(slug) or (next(iter(places.values())) if len(places) == 1 else None)
    options: dict[str, Any] = {
        "categories": category_choices(_named(request, places)),
        "owners": owner_choices(category, request.user) if category else owner_choices(next(iter(places.values()))),
    }
    if request.method != "POST":
        initial = {"category": category.slug if category else "", "language": get_language()}
        return _show(request, None, NewArticleForm(initial=initial, **options), category=category)
    form = NewArticleForm(request.POST, **options)
    if request.POST.get("do") == "preview":
        return _preview(request, None, form)
    return _create(request, form, category)


def _places(request: SignedInRequest) -> dict[str, Category]:
    """The categories in which this person may begin an article, by slug."""
    return {one.slug: one for one in access.categories_for(request.user, "edit")}


def _named(request: SignedInRequest, places: dict[str, Category]) -> list[tuple[str, str]]:
    """(slug, "Waste › Collection") in the order of the tree."""
    tree = navigation.tree(request.user)
    return [(topic.slug, topic.path_name) for _depth, topic in tree.walk() if topic.slug in places]


def _create(request: SignedInRequest, form: NewArticleForm, category: Category | None) -> HttpResponse:
    if not form.is_valid() or category is None:
        return _show(request, None, form, status=422, category=category)
    try:
        converted = documents.own_images_only(documents.from_markdown(form.cleaned_data["text"]))
        article = create_article(
            request.user, category, document=converted.document, **form.metadata(all_of_it=True)
        )  # fmt: skip
    except (Invalid, documents.DocumentError) as problem:
        form.take(problem)
        return _show(request, None, form, status=422, category=category)
    return _saved(request, article, converted.losses)
