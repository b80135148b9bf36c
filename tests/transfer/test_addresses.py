"""Which page a link means."""

from __future__ import annotations

import pytest

from articles.transfer.addresses import AddressBook, Target, find_file, squeezed

PAGES = (
    "pages/index.html", "pages/about.md", "pages/tools/slack.md", "pages/tools/slack/records.md",
    "pages/tools/index.md", "pages/leave/leave.md", "pages/Räkna/Åtta.md", "LICENSE.md",
)  # fmt: skip


@pytest.fixture
def book() -> AddressBook:
    made = AddressBook(frozenset([*PAGES, "_img/a b.png", "pages/tools/form.pdf", "pages/old.md"]))
    for path in PAGES:
        made.add(path, {"pages/about.md": ["/who-we-are/", "/handbook/about/index.html"]}.get(path, []))
    made.add_redirect("pages/old.md", "/who-we-are/#team", ["/older/"])
    made.add_redirect("pages/out.md", "https://example.org/")
    made.add_redirect("pages/round-a.md", "/round-b/")
    made.add_redirect("pages/round-b.md", "/round-a/")
    return made


@pytest.mark.parametrize(
    ("path", "href", "page"),
    [
        ("pages/about.md", "/tools/slack/", "pages/tools/slack.md"),
        ("pages/about.md", "/tools/slack", "pages/tools/slack.md"),
        ("pages/about.md", "/tools/slack.html", "pages/tools/slack.md"),
        ("pages/about.md", "/tools/slack/index.html", "pages/tools/slack.md"),
        ("pages/about.md", "/pages/tools/slack.md", "pages/tools/slack.md"),
        ("pages/about.md", "/Tools/Slack/?from=menu", "pages/tools/slack.md"),
        ("pages/about.md", "tools/slack.md", "pages/tools/slack.md"),
        ("pages/about.md", "tools", "pages/tools/index.md"),
        ("pages/about.md", "/", "pages/index.html"),
        ("pages/about.md", "/who-we-are", "pages/about.md"),
        ("pages/tools/slack.md", "/handbook/about/", "pages/about.md"),
        ("pages/tools/slack.md", "records/", "pages/tools/slack/records.md"),  # from its address on the site
        ("pages/tools/slack/records.md", "../", "pages/tools/slack.md"),
        ("pages/tools/slack/records.md", "../slack.md", "pages/tools/slack.md"),  # from its file
        ("pages/tools/slack/records.md", "../../about.md", "pages/about.md"),
        ("pages/tools/index.md", "slack/", "pages/tools/slack.md"),
        ("pages/about.md", "/leave/", "pages/leave/leave.md"),
        ("pages/about.md", "/R%C3%A4kna/%C3%85tta/", "pages/Räkna/Åtta.md"),
        ("pages/about.md", "/Ra\u0308kna/A\u030atta", "pages/Räkna/Åtta.md"),
        ("LICENSE.md", "/about/", "pages/about.md"),
        ("pages/about.md", "../LICENSE.md", "LICENSE.md"),
        ("pages/about.md", "/old", "pages/about.md"),
        ("pages/tools/index.md", "/older/", "pages/about.md"),
    ],
)
def test_a_page_is_found_by_each_of_its_addresses(book: AddressBook, path: str, href: str, page: str) -> None:
    assert book.resolve(path, href).page == page


def test_fragments_are_kept_and_win_over_those_of_redirects(book: AddressBook) -> None:
    assert book.resolve("pages/about.md", "#here") == Target(page="pages/about.md", fragment="here")
    assert book.resolve("pages/tools/index.md", "/old/").fragment == "team"
    assert book.resolve("pages/tools/index.md", "/old/#sick%20leave").fragment == "sick leave"


def test_other_sites_and_mail_are_left_alone(book: AddressBook) -> None:
    for href in ("https://example.org/a", "mailto:a@b.se", "//cdn.example.org/x", "tel:112"):
        assert book.resolve("pages/about.md", href) == Target(outside=href)
    assert book.resolve("pages/about.md", "/out/").outside == "https://example.org/"


@pytest.mark.parametrize("href", ["/nowhere/", "../../../etc/passwd", "http://[broken", "%00", "/" + "a/" * 2000])
def test_what_leads_nowhere_is_said_to(book: AddressBook, href: str) -> None:
    assert book.resolve("pages/about.md", href).problem == "nothing"


def test_redirects_in_a_circle_end(book: AddressBook) -> None:
    assert book.resolve("pages/about.md", "/round-a/").problem == "circle"


def test_a_file_that_is_no_page_is_told_apart(book: AddressBook) -> None:
    assert book.resolve("pages/tools/slack.md", "form.pdf") == Target(problem="file", file="pages/tools/form.pdf")


@pytest.mark.parametrize("reference", ["/_img/a%20b.png", "../_img/a b.png", "_img/a%20b.png", "../_img/a%20b.png?v=2"])
def test_an_image_is_found_from_the_file_and_from_the_top(book: AddressBook, reference: str) -> None:
    assert find_file(book.files, "pages/about.md", reference) == "_img/a b.png"


def test_an_image_elsewhere_is_not_found(book: AddressBook) -> None:
    assert find_file(book.files, "pages/about.md", "https://example.org/_img/a%20b.png") is None
    assert find_file(book.files, "pages/about.md", "../../../_img/a%20b.png") is None


def test_ids_of_different_programs_come_down_to_the_same() -> None:
    assert squeezed("other-people-s-money") == squeezed("Other People’s money!") == "otherpeoplesmoney"
    assert squeezed("återvinning") == squeezed("Atervinning")
    assert squeezed("日本") == "日本"
