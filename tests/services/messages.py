"""The words of the interface: gathered from the sources, kept in kbcentre/locale, compiled.

`python -m tests.services.messages` brings the Swedish catalogue up to date: new texts are added without a translation,
those that no source has any more are dropped, and the .mo is written. GNU gettext is not needed: templates are read
with Django's own parser, Python with `ast`.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = PROJECT / "kbcentre" / "locale" / "sv" / "LC_MESSAGES" / "django.po"
CODE = ("articles", "kbcentre", "notifications")
# Functions of django.utils.translation → the places of (context, singular, plural) among their arguments.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None), "gettext": (None, 0, None), "gettext_lazy": (None, 0, None), "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1), "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None), "pgettext_lazy": (0, 1, None), "npgettext": (0, 1, 2), "npgettext_lazy": (0, 1, 2),
}  # fmt: skip
IN_EXPRESSION = re.compile(r"""\b_\((["'])(.*?)\1\)""")  # {% firstof name _("nobody") %}
Key = tuple[str, str]  # context, singular


@dataclass
class Message:
    """A text that is shown to people, with its plural, and the files that have it."""

    context: str
    singular: str
    plural: str = ""
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.context, self.singular


def gathered() -> dict[Key, Message]:
    """All texts of templates and Python, by context and singular. Needs Django to be set up."""
    found: dict[Key, Message] = {}
    for path in sorted((PROJECT / "templates").rglob("*.*")):
        _note(found, path, _of_template(path))
    for folder in CODE:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                _note(found, path, _of_python(path))
    return found


def _note(found: dict[Key, Message], path: Path, messages: Iterator[Message]) -> None:
    name = path.relative_to(PROJECT).as_posix()
    for message in messages:
        known = found.setdefault(message.key, message)
        known.plural = known.plural or message.plural
        if name not in known.files:
            known.files.append(name)


def _of_template(path: Path) -> Iterator[Message]:
    from django.template.base import FilterExpression
    from django.template.loader import get_template
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    template = get_template(path.relative_to(PROJECT / "templates").as_posix())
    for node in _nodes(template.template.nodelist):  # type: ignore[attr-defined]
        if isinstance(node, TranslateNode):
            yield Message(_literal(node.message_context), _literal(node.filter_expression).replace("%", "%%"))
        elif isinstance(node, BlockTranslateNode):
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Message(_literal(node.message_context), node.render_token_list(node.singular)[0], plural)
        elif isinstance(node, FilterExpression):
            for _quote, text in IN_EXPRESSION.findall(node.token):
                yield Message("", text.replace("%", "%%"))


def _nodes(part: object) -> Iterator[object]:
    """Nodes and expressions, in any kind of list, and all inside them: tags keep what they enclose where they like."""
    from django.template.base import FilterExpression, Node

    if isinstance(part, FilterExpression):
        yield part
    if isinstance(part, Node):
        yield part
        part = list(vars(part).values())
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, (list, tuple)):
        for inner in part:
            yield from _nodes(inner)


def _literal(expression: object) -> str:
    """The text of `{% translate "…" %}`; raises TypeError for a variable, which nobody could gather."""
    if expression is None:
        return ""
    literal = getattr(getattr(expression, "var", None), "literal", None)
    if literal is None:
        literal = getattr(expression, "var", None)
    if not isinstance(literal, str):
        raise TypeError(f"Only written texts can be translated: {expression}")
    return literal


def _of_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in FUNCTIONS or not node.args:
            continue
        context, singular, plural = FUNCTIONS[name]
        text = _constant(node, singular)
        if text:
            yield Message(_constant(node, context), text, _constant(node, plural))


def _constant(call: ast.Call, place: int | None) -> str:
    if place is None or place >= len(call.args):
        return ""
    argument = call.args[place]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""


def update() -> list[str]:
    """Write the catalogue and its compiled form; gives the texts that have no translation yet."""
    before = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else []
    old = {(entry.msgctxt or "", entry.msgid): entry for entry in before}
    made = polib.POFile(wrapwidth=110)
    made.metadata = {
        "Project-Id-Version": "kbcentre", "Language": "sv", "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }  # fmt: skip
    for message in sorted(gathered().values(), key=lambda one: (one.files[0], one.singular, one.context)):
        made.append(_entry(message, old.get(message.key)))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(CATALOGUE))
    made.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return [entry.msgid for entry in made if not entry.translated()]


def _entry(message: Message, before: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.singular,
        msgctxt=message.context or None,
        msgid_plural=message.plural,
        occurrences=[(name, "") for name in message.files],
        flags=["python-format"] if "%(" in message.singular else [],
    )
    if message.plural:
        entry.msgstr_plural = dict(before.msgstr_plural) if before and before.msgstr_plural else {0: "", 1: ""}
    else:
        entry.msgstr = before.msgstr if before else ""
    return entry


def main() -> int:
    """Updates the catalogue and says what is still to be translated."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    missing = update()
    for text in missing:
        print(text, file=sys.stderr)
    print(f"{CATALOGUE.relative_to(PROJECT)}: {len(missing)} texts to translate.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
