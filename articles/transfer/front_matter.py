"""The block of YAML at the head of a Markdown or HTML file: taken off, and read without trusting it."""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.utils.translation import gettext as _

from .problems import FileFailed, FileSkipped

MAX_CHARACTERS = 64 * 1024
_BLOCK = re.compile(r"\A\s*---(?P<kind>[ \t]*\w*)[ \t]*\n(?P<head>.*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n.*?\n\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)


def split(text: str) -> tuple[dict[str, Any] | None, str]:
    """The fields of the front matter (None without any), and the text after it.

    Values are str, list or dict of them, as in the file. Raises FileFailed when the block cannot be read: it may hold
    who is allowed to read the text, so going on without it would be wrong. Raises FileSkipped when it is a program.
    """
    if _TOML.match(text):
        raise FileFailed(_("The front matter is TOML (+++). Write it as YAML (---)."))
    found = _BLOCK.match(text)
    if found is None:
        return None, text
    kind, head = found["kind"].strip().lower(), found["head"]
    if kind in ("js", "javascript"):
        head = _plain_object(head)
    elif kind not in ("", "yaml", "yml", "json"):
        raise FileFailed(_("The front matter is of a kind that is not read: %(kind)s.") % {"kind": kind})
    elif kind == "" and not _is_front_matter(head):
        return None, text  # two horizontal rules with text between them
    return _fields(head), text[found.end() :]


def _is_front_matter(head: str) -> bool:
    first = next((line for line in head.split("\n") if line.strip() and not line.lstrip().startswith("#")), "")
    return not first or re.match(r"""["']?[\w.\- ]{1,60}["']?\s*:(\s|\Z)|\{""", first) is not None


def _plain_object(head: str) -> str:
    """A JavaScript object that YAML can read too. Raises FileSkipped for one that computes something."""
    if re.search(r"\bfunction\b|=>|\brequire\(|\bpagination\s*:", head):
        raise FileSkipped(_("It is a program that makes pages (front matter in JavaScript), not an article."))
    return re.sub(r"^\s*//.*$", "", head, flags=re.MULTILINE)


def _fields(head: str) -> dict[str, Any]:
    if len(head) > MAX_CHARACTERS:
        raise FileFailed(_("The front matter is too long."))
    try:
        # With aliases a few lines can stand for gigabytes.
        aliased = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, Loader=yaml.CBaseLoader))
        # This loader makes text of every scalar ("no" is the language Norwegian and not False) and no objects.
        fields = None if aliased else yaml.load(head, Loader=yaml.CBaseLoader)  # noqa: S506
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise FileFailed(
            _("The front matter cannot be read as YAML (line %(line)d: %(problem)s).")
            % {"line": (mark.line + 2) if mark else 1, "problem": problem.problem or problem.context}
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise FileFailed(_("The front matter cannot be read as YAML.")) from None
    if aliased:
        raise FileFailed(_("The front matter uses YAML aliases (*name), which are not read."))
    if fields in ("", None):
        return {}
    if not isinstance(fields, dict) or not all(isinstance(name, str) for name in fields):
        raise FileFailed(_("The front matter cannot be read as YAML (it is not a list of names and values)."))
    return fields
