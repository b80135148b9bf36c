"""The table of all pages. Whoever makes a page adds a line to it: it is then photographed by `make screenshots` and
looked at by `tests/browser/test_every_page.py`, at a desk and on a phone, in each theme and language.
`tests/gallery/test_table.py` fails when an address of the product is neither here nor in `NO_PAGE`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, resolve

NOBODY = ""


@dataclass(frozen=True)
class Shown:
    """One page, as one person sees it."""

    name: str  # of the picture
    who: str  # the demo person who opens it; NOBODY has not signed in
    path: str  # with the {names} of `places`
    press: str = ""  # a key that is pressed on it, as Playwright names keys: what it opens is looked at too
    confirms: bool = False  # the page first asks who one is
    status: int = 200
    lands: str = ""  # the path to which it leads, where that does not begin as its own

    @property
    def route(self) -> str:
        """The pattern of urls.py that answers."""
        example = dict.fromkeys(NAMES, 1)
        return str(resolve(self.path.format(**example).partition("?")[0]).route)


# What stands in the addresses below: each is one thing of the demo centre, as tests/gallery/places.py finds or makes it.
NAMES = (
    "many", "number", "before", "must_read", "draft", "archived", "suggestion", "proposal", "proposed", "plan", "clara",
    "flag", "urgent", "talked", "comment", "note", "notice", "import_job", "unsubscribe", "reset_user", "reset_key",
)  # fmt: skip

PAGES = (
    # reading
    Shown("home", "clara", "/"),
    Shown("article", "clara", "/articles/{many}/"),
    Shown("article-must-read", "clara", "/articles/{must_read}/"),
    Shown("article-archived", "clara", "/articles/{archived}/"),
    Shown("article-draft", "maria", "/articles/{draft}/"),
    Shown("article-not-there", "clara", "/articles/987654/", status=404),
    Shown("shortcuts", "clara", "/articles/{many}/", press="?"),
    Shown("palette", "clara", "/", press="/"),
    Shown("help", "clara", "/help/"),
    Shown("tour", "clara", "/?tour=1", press="ArrowRight"),
    Shown("history", "clara", "/articles/{many}/history/"),
    Shown("compare", "clara", "/articles/{many}/compare/?from={before}&to={number}"),
    Shown("compare-inline", "clara", "/articles/{many}/compare/?from={before}&to={number}&view=inline"),
    Shown("category", "clara", "/categories/waste/"),
    Shown("search", "clara", "/search/?q=garden+waste+fee"),
    Shown("search-corrected", "clara", "/search/?q=gardne+fee"),
    Shown("search-nothing", "clara", "/search/?q=xyzzyqwert"),
    Shown("search-empty", "clara", "/search/"),
    # writing
    Shown("new-article", "maria", "/articles/new/"),
    Shown("edit", "maria", "/articles/{many}/edit/"),
    Shown("edit-markdown", "maria", "/articles/{many}/edit/?as=markdown"),
    Shown("edit-proposed", "maria", "/articles/{proposed}/edit/"),
    Shown("draft-history", "maria", "/articles/{many}/draft-history/"),
    Shown("publish", "maria", "/articles/{many}/publish/"),
    Shown("publish-proposed", "maria", "/articles/{proposed}/publish/"),
    Shown("proposals", "maria", "/proposals/"),
    Shown("proposals-planned", "maria", "/proposals/?show=planned"),
    Shown("proposals-mine", "maria", "/proposals/?show=mine"),
    Shown("proposal", "maria", "/proposals/{proposal}/"),
    Shown("plan", "maria", "/plans/{plan}/"),
    Shown("suggest", "clara", "/articles/{many}/suggest/"),
    Shown("suggestions-own", "clara", "/suggestions/"),
    Shown("suggestion-own", "clara", "/suggestions/{suggestion}/"),
    Shown("suggestions", "maria", "/suggestions/"),
    Shown("suggestion", "maria", "/suggestions/{suggestion}/"),
    Shown("import", "maria", "/import/"),
    Shown("import-job", "maria", "/import/{import_job}/"),
    # taking care of articles
    Shown("move", "maria", "/articles/{many}/move/"),
    Shown("readers", "maria", "/articles/{many}/readers/"),
    Shown("archive", "maria", "/articles/{many}/archive/"),
    Shown("restore", "maria", "/articles/{many}/restore/1/"),
    Shown("status", "maria", "/status/"),
    Shown("reviews", "maria", "/reviews/"),
    Shown("notes", "clara", "/notes/"),
    Shown("note", "clara", "/notes/{note}/"),
    Shown("note-new", "clara", "/articles/{many}/notes/"),
    Shown("comments", "clara", "/articles/{talked}/comments/"),
    Shown("comments-all", "maria", "/articles/{talked}/comments/?show=all"),
    Shown("comment", "clara", "/comments/{comment}/"),
    Shown("notices", "maria", "/notices/"),
    Shown("notice", "maria", "/notices/{notice}/"),
    # flags
    Shown("flags", "maria", "/flags/"),
    Shown("flags-list", "maria", "/flags/?view=list&show=all"),
    Shown("flags-own", "clara", "/flags/"),
    Shown("flag", "maria", "/flags/{flag}/"),
    Shown("flag-new", "clara", "/flags/new/?article={many}&quote=One+sentence&query=fee"),
    Shown("flag-missing", "clara", "/flags/new/?kind=missing&query=charging+cable"),
    Shown("flag-dialog", "clara", "/articles/{many}/", press="f"),
    Shown("flag-resolve", "maria", "/flags/{flag}/resolve/"),
    Shown("flag-assign", "maria", "/flags/{flag}/assign/"),
    Shown("article-warning", "clara", "/articles/{urgent}/"),
    Shown("hours", "maria", "/flags/hours/"),
    Shown("synonyms", "maria", "/synonyms/"),
    Shown("insights", "maria", "/insights/"),
    Shown("answered", "maria", "/articles/{many}/answered/"),
    # told and asked
    Shown("inbox", "clara", "/notifications/"),
    Shown("notification-settings", "clara", "/notifications/settings/"),
    Shown("follows", "clara", "/notifications/follows/"),
    Shown("unsubscribe", NOBODY, "/notifications/unsubscribe/{unsubscribe}/"),
    Shown("must-reads", "clara", "/must-reads/"),
    Shown("record", "maria", "/must-reads/record/"),
    Shown("record-of-article", "maria", "/must-reads/{must_read}/"),
    Shown("record-people", "maria", "/must-reads/people/"),
    Shown("record-of-person", "maria", "/must-reads/people/{clara}/"),
    # oneself
    Shown("preferences", "clara", "/preferences/"),
    Shown("what-you-see-first", "clara", "/scope/"),
    Shown("sign-in", NOBODY, "/accounts/login/"),
    Shown("sign-up-closed", NOBODY, "/accounts/signup/"),
    Shown("password-forgotten", NOBODY, "/accounts/password/reset/"),
    Shown("password-sent", NOBODY, "/accounts/password/reset/done/"),
    Shown(
        "password-new",
        NOBODY,
        "/accounts/password/reset/key/{reset_user}-{reset_key}/",
        lands="/accounts/password/reset/key/{reset_user}-set-password/",
    ),
    Shown("password-link-used", NOBODY, "/accounts/password/reset/key/x-y/"),
    Shown("password-is-new", NOBODY, "/accounts/password/reset/key/done/"),
    Shown("account-closed", NOBODY, "/accounts/inactive/"),
    Shown("who-are-you", "maria", "/accounts/reauthenticate/"),
    Shown("second-step", "maria", "/accounts/2fa/"),
    Shown("authenticator", "maria", "/accounts/2fa/totp/activate/", confirms=True),
    Shown("passkeys", "maria", "/accounts/2fa/webauthn/"),
    Shown("passkey-add", "maria", "/accounts/2fa/webauthn/add/", confirms=True),
    Shown("e-mail", "maria", "/accounts/email/"),
    Shown("password-change", "maria", "/accounts/password/change/"),
    Shown("sign-out", "maria", "/accounts/logout/"),
)

# Addresses without a page of their own in the table, each with the reason; a * stands for all that begins so.
NO_PAGE = {
    "healthz": "for machines",
    "readyz": "for machines",
    "api/v1/*": "the API and its documentation, which is ninja's",
    "admin/*": "Django's own pages",
    "i18n/*": "takes a form and leads back",
    "articles/<int:article_id>/<title:slug>/": "the article page again",
    "articles/<int:article_id>/preview/": "a part of the search page",
    "articles/<int:article_id>/images/<int:image_id>/<str:name>": "a picture",
    "help/tour/": "takes a form",
    "flags/bulk/": "takes a form",
    "flags/<int:flag_id>/join/": "takes a form",
    "search/asked/": "for the script of the palette",
    "search/clicked/": "for the script of the search page",
    "scope/show/": "takes a form",
    "undo/": "takes a form",
    "notifications/retry/": "takes a form",
    "search/pin/": "takes a form",
    "home/seen/": "takes a form",
    "tabs/close/": "takes a form",
    "palette/": "a part of every page, which / opens",
    "articles/<int:article_id>/favourite/": "takes a form",
    "articles/<int:article_id>/bring-back/": "takes a form",
    "articles/<int:article_id>/opened/": "for the script of open pages",
    "notifications/latest/": "a part of every page, which the bell opens",
    "notifications/popups/": "for the script of open pages",
    "notifications/mark/": "takes a form",
    "notifications/follow/": "takes a form",
    "notifications/call/": "takes a form",
    "notifications/push*": "for the script of open pages",
    "notifications/<int:notification_id>/": "leads on to what it tells of",
    "service-worker.js": "for browsers",
    "must-reads/record.csv": "a file",
    "must-reads/<int:article_id>/record.csv": "a file",
    "articles/<int:article_id>/acknowledge/": "takes a form",
    "articles/<int:article_id>/review/": "takes a form",
    "absence/": "takes a form",
    "articles/<int:article_id>/publish/now/": "takes a form",
    "articles/<int:article_id>/publish/hold/": "takes a form",
    "articles/<int:article_id>/draft-history/<int:number>/": "needs a moment of a draft: tests/browser/test_draft_history.py",
    "articles/<int:article_id>/draft-history/<int:number>/go-back/": "takes a form",
    "accounts/confirm-email/*": "addresses are not confirmed: ACCOUNT_EMAIL_VERIFICATION",
    "accounts/password/set/": "for who has no password; the form of password-change",
    "accounts/login/code/confirm/": "codes by mail are switched off",
    "accounts/2fa/authenticate/": "needs an authenticator app; looked at in tests/browser/test_the_door.py",
    "accounts/2fa/reauthenticate/": "needs an authenticator app; looked at in tests/browser/test_the_door.py",
    "accounts/2fa/totp/deactivate/": "needs an authenticator app; looked at in tests/browser/test_the_door.py",
    "accounts/2fa/recovery-codes/*": "needs an authenticator app; looked at in tests/browser/test_the_door.py",
    "accounts/2fa/webauthn/reauthenticate/": "needs a passkey",
    "accounts/2fa/webauthn/keys/*": "needs a passkey",
    "accounts/2fa/webauthn/login/": "for the script of the sign-in page",
}


def routes(resolver: URLResolver | None = None, above: str = "") -> Iterator[str]:
    """All patterns of urls.py, as `resolve(…).route` gives them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        text = str(pattern.pattern)
        route = above + (text[1:] if above and text.startswith("^") else text)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def excuses(route: str) -> list[str]:
    """Which entries of NO_PAGE say why this route is not in the table."""
    return [one for one in NO_PAGE if route == one or (one.endswith("*") and route.startswith(one[:-1]))]
