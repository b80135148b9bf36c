"""Which imported page a link means: every address that a page had, as a file and on the old site."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

# Folders at the top of a source that only say "here are the pages": no category, and no part of an address.
STRUCTURAL = frozenset({"pages", "content", "docs", "src", "site", "sidor"})
_EXTENSION = re.compile(r"\.(?:md|markdown|html?|docx|odt|json)\Z", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[^\w]+|_+")
_MOST_REDIRECTS = 10


@dataclass(frozen=True)
class Target:
    """Where a link leads. One of `page` (a path in the source), `outside` (kept as it is) and `problem` is given."""

    page: str = ""
    fragment: str = ""
    outside: str = ""
    problem: str = ""  # "nothing", "circle", "file": no page, but `file` in the source
    file: str = ""


@dataclass
class AddressBook:
    """Addresses → pages. Fill it with `add` and `add_redirect`, then ask `resolve`."""

    files: frozenset[str]  # every path in the source, pages or not
    _pages: set[str] = field(default_factory=set)
    _addresses: dict[str, str] = field(default_factory=dict)
    _former: dict[str, str] = field(default_factory=dict)
    _redirects: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, addresses: Iterable[str] = ()) -> None:
        """A page at `path`, with addresses that it had besides its own (permalink, redirect_from, aliases)."""
        self._pages.add(path)
        self._note(path, addresses)

    def add_redirect(self, path: str, to: str, addresses: Iterable[str] = ()) -> None:
        """A page that only sends its readers on to the address `to`."""
        self._redirects[path] = to
        self._note(path, addresses)

    def _note(self, path: str, addresses: Iterable[str]) -> None:
        self._addresses.setdefault(_normal(path), path)
        self._addresses.setdefault(_normal(site_path(path)), path)
        folder, name = posixpath.split(_normal(site_path(path)))
        if name and name == posixpath.basename(folder):
            self._former.setdefault(folder, path)  # to some generators handbook/handbook.md is the index of its folder
        for address in addresses:
            self._former.setdefault(_normal(urlsplit(address).path), path)

    def resolve(self, path: str, href: str) -> Target:
        """Where the link `href` in the page `path` leads."""
        seen: set[str] = set()
        target = self._step(path, href)
        fragment = target.fragment
        while target.page in self._redirects and target.page not in self._pages:
            if target.page in seen or len(seen) == _MOST_REDIRECTS:
                return Target(problem="circle")
            seen.add(target.page)
            target = self._step(target.page, self._redirects[target.page])
            fragment = fragment or target.fragment
        return replace(target, fragment=fragment)

    def _step(self, path: str, href: str) -> Target:
        try:
            parts = urlsplit(href)
        except ValueError:
            return Target(problem="nothing")
        if parts.scheme or parts.netloc:
            return Target(outside=href)
        fragment = unquote(parts.fragment)
        wanted = unicodedata.normalize("NFC", unquote(parts.path))
        if not wanted:
            return Target(page=path, fragment=fragment)
        for candidate in _candidates(path, wanted):
            if candidate in self._pages or candidate in self._redirects:
                return Target(page=candidate, fragment=fragment)
            normal = _normal(candidate)
            if found := self._addresses.get(normal) or self._former.get(normal):
                return Target(page=found, fragment=fragment)
        if file := next((candidate for candidate in _candidates(path, wanted) if candidate in self.files), ""):
            return Target(problem="file", file=file)
        return Target(problem="nothing")


def site_path(path: str) -> str:
    """The path without the folders at the top that only say "here are the pages"."""
    parts = path.split("/")
    while len(parts) > 1 and parts[0].lower() in STRUCTURAL:
        parts.pop(0)
    return "/".join(parts)


def squeezed(text: str) -> str:
    """Letters and digits only, small: what the ids that different programs give one heading have in common."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
                            or text.lower())  # fmt: skip


def find_file(files: frozenset[str], path: str, reference: str) -> str | None:
    """The file in the source that a page at `path` means with a reference such as "../_img/a.png" or "/_img/a.png"."""
    try:
        parts = urlsplit(reference)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    for wanted in dict.fromkeys((unquote(parts.path), parts.path, unquote(reference))):
        wanted = unicodedata.normalize("NFC", wanted)
        for candidate in _candidates(path, wanted):
            if candidate in files:
                return candidate
    return None


def _candidates(path: str, wanted: str) -> list[str]:
    """The paths in the source that a reference may mean, the most likely first.

    A link that ends like a file is meant from the folder of the file; one that ends with a slash from the address that
    the page had on its site, where tools/slack.md was the folder tools/slack/. Many leave out the leading slash.
    """
    root = wanted.lstrip("/")
    tops = [*_tops(path), ""]
    absolute = [posixpath.normpath(f"{top}{root}") for top in dict.fromkeys(tops)] if root else [
        f"{top}index" for top in dict.fromkeys(tops)
    ]  # fmt: skip
    if wanted.startswith("/"):
        return absolute
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
    stem = _EXTENSION.sub("", path)
    address = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
    below = posixpath.normpath(posixpath.join(address, wanted))
    relative = [below, beside] if wanted.endswith("/") or wanted in ("..", ".") else [beside, below]
    return [candidate for candidate in [*relative, *absolute] if not candidate.startswith("..")]


def _tops(path: str) -> list[str]:
    """The folders from which an absolute address may count: "pages/" and the folder of everything."""
    kept = site_path(path)
    return [path[: len(path) - len(kept)]]


def _normal(address: str) -> str:
    """One form for the ways of writing an address: no extension, no index, no slashes around it, small letters."""
    address = _EXTENSION.sub("", address.strip("/").lower())
    if address == "index" or address.endswith("/index"):
        address = address[: -len("index")].rstrip("/")
    return posixpath.normpath(address) if address else ""
