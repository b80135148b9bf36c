"""What people read is marked for translation: no words stand bare in a template, in the client's code, or in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import RequestFactory
from django.utils.functional import Promise

from articles.models import User

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))
MAILS = sorted((PROJECT / "templates").rglob("*.txt"))
SCRIPTS = [path for path in sorted((PROJECT / "static" / "src").rglob("*.ts")) if "node_modules" not in path.parts]

# Names, which are the same in every language, and the languages, each in its own words.
NAMES = {"kbcentre", "CSV", "English", "Svenska", "Markdown"}
CLASSES = re.compile(
    r"{%\s*block (?:frame|main_class|main_attributes|right_class)\s*%}.*?{%\s*endblock\s*%}", re.DOTALL
)
MARKED = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')  # of a template that is included inside a tag
WORD = re.compile(r"[^\W\d_]{2,}")
READ_OUT = ("aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt", "label")
# What is typed as it is, in any language: keys, Markdown, addresses.
AS_TYPED = {"kbd", "code", "pre", "script", "style", "samp"}


class Bare(HTMLParser):
    """Collects the words of a page that no tag translates."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in AS_TYPED:
            self._open.append(tag)
        for name, value in attrs:
            if name in READ_OUT and tag != "meta":
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self._note(ATTRIBUTE.sub("", data))

    def _note(self, text: str) -> None:
        if any(word not in NAMES for word in WORD.findall(text)):
            self.words.append(" ".join(text.split()))


def bare(source: str) -> list[str]:
    """The words of a template outside of all its tags, in its text and in the attributes that are read out."""
    page = Bare()
    page.feed(MARKED.sub("", CLASSES.sub("", source)))
    page.close()
    return page.words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('<p>{% translate "Read" %}</p>', []),
        ("<p>Read {{ title }}</p>", ["Read"]),
        ('<a title="Open">{% icon "x" %}</a>', ["Open"]),
        ("{% blocktranslate %}Read {{ x }}{% endblocktranslate %} <kbd>Ctrl</kbd> kbcentre", []),
        ("{% comment %} Why so {% endcomment %}{# because #}· 2 ×", []),
    ],
)
def test_bare_words_are_found(source: str, words: list[str]) -> None:
    assert bare(source) == words


def test_no_words_stand_bare_in_a_template() -> None:
    found = {str(path.relative_to(PROJECT)): bare(path.read_text()) for path in TEMPLATES}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_words_stand_bare_in_a_mail() -> None:
    found = {str(path.relative_to(PROJECT)): WORD.findall(MARKED.sub("", path.read_text())) for path in MAILS}
    assert {name: words for name, words in found.items() if set(words) - NAMES} == {}


# Where the client puts words before people, and sentences anywhere; errors are for those who read the console.
SHOWN = re.compile(r"""(?:textContent|innerText|ariaLabel|placeholder|\.title|\.alt)\s*=\s*(["'`])([^"'`]*)\1""")
SAID = re.compile(
    r"""(?:\bsay\((?=["'`][A-ZÅÄÖ])|createTextNode\(|setAttribute\("(?:aria-label|title|placeholder)",)\s*(["'`])([^"'`]*)\1"""
)
SENTENCE = re.compile(r"""(["'`])([A-ZÅÄÖ][a-zåäö]+(?: [a-zåäö]+){2,}[^"'`]*)\1""")
FOR_DEVELOPERS = re.compile(r"(?:Error|console\.\w+)\([^;]*?\);", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)


def shown(script: str) -> Iterator[str]:
    """The words that a script shows without asking page.text for them."""
    code = FOR_DEVELOPERS.sub("", COMMENT.sub("", script))
    for pattern in (SHOWN, SAID, SENTENCE):
        for _quote, words in pattern.findall(code):
            if WORD.search(re.sub(r"\$\{.*?\}", "", words)):
                yield words


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ('say("Copied");', ["Copied"]),
        ('button.textContent = text("copied");', []),
        ("node.textContent = `Nothing here`;", ["Nothing here"]),
        ('const words = "Something went quite wrong";', ["Something went quite wrong"]),
        ('throw new Error("Something went quite wrong");', []),
        ('button.setAttribute("aria-label", "Close");', ["Close"]),
        ("mark.textContent = `${one} · ${two}`; // Nothing to be said here", []),
    ],
)
def test_words_in_a_script_are_found(script: str, words: list[str]) -> None:
    assert list(dict.fromkeys(shown(script))) == words


def test_the_client_shows_no_words_of_its_own() -> None:
    found = {str(path.relative_to(PROJECT)): sorted(set(shown(path.read_text()))) for path in SCRIPTS}
    assert {name: words for name, words in found.items() if words} == {}


# What people are told by the server: the exceptions whose words a page or the API shows, and what a view says itself.
TOLD = {
    "CannotUndo", "Conflict", "DocumentError", "HttpError", "Invalid", "NotAllowed", "SourceError", "TooLarge", "TooMany",
    "ValidationError", "add_error", "error_response", "refused",
}  # fmt: skip
SAYS = {"debug", "error", "info", "success", "warning"}  # of django.contrib.messages
PACKAGES = ("articles", "notifications", "kbcentre")
FOR_OPERATORS = {"demo", "management", "migrations"}  # who reads these has the code, and reads English
MODULES = [
    path
    for package in PACKAGES
    for path in sorted((PROJECT / package).rglob("*.py"))
    if not FOR_OPERATORS.intersection(path.relative_to(PROJECT).parts)
]
UNMARKED = re.compile(r"[^\W\d_]{2,}[ .!?]|^[A-ZÅÄÖ][a-zåäö]+$")


def told(source: str) -> list[str]:
    """The words, of f-strings too, that Python code gives to people without asking gettext for them."""
    module = ast.parse(source)
    marks = {
        name.asname or name.name
        for one in ast.walk(module)
        if isinstance(one, ast.ImportFrom) and one.module == "django.utils.translation"
        for name in one.names
    }
    return [words for one in ast.walk(module) if _tells(one) for words in _unmarked(one, marks)]


def _tells(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute):
        of = called.value.id if isinstance(called.value, ast.Name) else ""
        return called.attr in TOLD or (of == "messages" and called.attr in SAYS)
    return isinstance(called, ast.Name) and called.id in TOLD


def _unmarked(node: ast.AST, marks: set[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in marks:
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and UNMARKED.search(child.value):
            yield child.value
        yield from _unmarked(child, marks)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('raise Invalid(parent="There is no such topic.")', ["There is no such topic."]),
        ('raise Invalid(parent=_("There is no such topic."))', []),
        ('raise Invalid(parent=later("There is no such topic.") % {"name": name})', []),
        ('raise problems.Conflict(f"There is no category {slug!r}.")', ["There is no category "]),
        ('messages.success(request, "Saved.", extra_tags="undo:")', ["Saved."]),
        ('logger.warning("A draft could not be opened: %s", problem)', []),
        ('raise Invalid(**{"fields": " ".join(found)})', []),
    ],
)
def test_words_in_python_are_found(code: str, words: list[str]) -> None:
    imports = "from django.utils.translation import gettext as _, gettext_lazy as later\n"
    assert told(imports + code) == words


def test_the_server_tells_people_nothing_untranslated() -> None:
    found = {str(path.relative_to(PROJECT)): told(path.read_text()) for path in MODULES}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_admin_names_everything_in_the_language_of_its_reader() -> None:
    """Django makes a name of its own, in English, for a field that has none."""
    request = RequestFactory().get("/admin/")
    request.user = User(is_staff=True, is_superuser=True)
    bare = set()
    for model, shown in admin.site._registry.items():
        if model.__module__.partition(".")[0] not in PACKAGES:
            continue
        names = {*shown.list_display, *flatten_fieldsets(shown.get_fieldsets(request))}
        fields = [field for field in model._meta.fields if field.name in names]
        bare |= {str(field) for field in fields if not isinstance(field._verbose_name, Promise)}  # type: ignore[attr-defined]
        if not isinstance(model._meta.original_attrs.get("verbose_name_plural"), Promise):
            bare.add(str(model._meta))
    assert bare == set()
