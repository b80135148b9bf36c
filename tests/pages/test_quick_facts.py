"""Quick facts: in front of the text, out of what this reader gets, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from articles import documents
from articles.actions.article import archive_article
from articles.actions.commenting import add_comment, resolve_thread
from articles.actions.noting import add_note
from articles.models import User
from articles.quick_facts import QuickFacts, quick_facts
from tests.conftest import MakeArticle

from .conftest import Reader

SignIn = Callable[[User], Client]
FACTS = "::: facts\nFee 2026: 745 kr\nSeason: April\n:::\n"
CONTACT = "::: contact\nname: Waste office\nphone: 019-21 10 00\nhours: Mon–Fri 8–16\n:::\n"


def quick(markdown: str) -> QuickFacts:
    return quick_facts(documents.render(documents.from_markdown(markdown).document).html)


def facts_of(markdown: str) -> list[tuple[str, str]]:
    return [(fact.label, re.sub(r"<[^>]*>", "", fact.value)) for fact in quick(markdown).facts]


def test_a_box_of_facts_comes_first_and_then_whom_to_call() -> None:
    assert facts_of(f"Text.\n\n{FACTS}\n{CONTACT}") == [
        ("Fee 2026", "745 kr"), ("Season", "April"), ("Phone", "019-21 10 00"), ("Hours", "Mon–Fri 8–16"),
    ]  # fmt: skip


def test_without_a_box_a_table_of_two_columns_gives_its_prices_and_times() -> None:
    table = "| What | Fee |\n|---|---|\n| Fence | 4,900 kr |\n| House | 34 800 kr |\n| Colour | green |\n"
    assert facts_of(table) == [("Fence", "4,900 kr"), ("House", "34 800 kr")]
    assert facts_of("| A | B | C |\n|---|---|---|\n| 1 kr | 2 kr | 3 kr |\n") == []


def test_what_stands_in_a_passage_for_certain_roles_stays_there() -> None:
    table = "| What | Fee |\n|---|---|\n| Fence | 4,900 kr |\n| House | 34 800 kr |\n"
    for box in (FACTS, CONTACT, table):
        assert facts_of(f"Text.\n\n:::: roles manager\n{box}\n::::\n") == []
    inner = FACTS.replace("745", "100")
    assert facts_of(f":::: roles manager\n{inner}::::\n\nText.\n\n{FACTS}")[0] == ("Fee 2026", "745 kr")


def test_the_text_need_not_repeat_a_box_that_it_can_do_without() -> None:
    assert quick(f"Text.\n\n{FACTS}\nMore.").whole
    assert quick(f"::: roles manager\n{FACTS}:::\n\nText.\n\n{FACTS}").whole
    many = "::: facts\n" + "".join(f"Fee {number}: 1 kr\n" for number in range(7)) + ":::\n"
    for text in (
        FACTS, f"## Fees\n\n{FACTS}\nMore.", f"This is what it costs:\n\n{FACTS}", f"Text.\n\n{many}",
        f":::: details Fees\n{FACTS}::::\n\nText.", f":::: details Fees\n{FACTS}::::\n\nText.\n\n{FACTS}",
    ):  # fmt: skip
        assert quick(text).facts
        assert not quick(text).whole, text


def test_the_box_is_found_where_the_browser_counts_it() -> None:
    assert quick(f"Två 😀 ord.\n\n{FACTS}\nMore.").place == (9, 9 + len("Fee2026745krSeasonApril"))
    assert quick(CONTACT).place is None


def test_a_box_of_which_something_is_said_stays_in_the_text_for_those_who_see_that(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    article = make_article("Bin", f"Text.\n\n{FACTS}\nMore.")
    address = article.get_absolute_url()
    add_comment(alice, article.pk, "Not about the facts.", quote="More.")
    assert " data-whole" in read(bob, address)
    add_note(alice, article.pk, "For me.", quote="745 kr")
    assert " data-whole" not in read(alice, address)
    assert " data-whole" in read(bob, address)
    thread = add_comment(alice, article.pk, "Still so?", quote="745 kr")
    assert " data-whole" not in read(bob, address)
    resolve_thread(alice, thread.pk)
    assert " data-whole" in read(bob, address)


def test_one_fact_alone_and_plain_text_have_no_box() -> None:
    assert facts_of("::: facts\nFee: 745 kr\n:::\n") == facts_of("Nothing but words.") == []


def test_a_number_can_be_pressed_and_nothing_is_let_through_unescaped() -> None:
    html = documents.render(documents.from_markdown(f"{FACTS}\n{CONTACT}").document).html
    assert 'href="tel:019211000"' in "".join(fact.value for fact in quick_facts(html).facts)
    strange = "::: facts\nA <b>&: 1 < 2 & 3\nB: <script>alert(1)</script>\n:::\n"
    html = documents.render(documents.from_markdown(strange).document).html
    values = "".join(fact.value for fact in quick_facts(html).facts)
    assert "<script" not in values


def test_an_address_breaks_where_it_has_a_joint_and_is_called_whole() -> None:
    box = "::: contact\nemail: waste@ekholma.example.org\nweb: https://ekholma.example.org/waste\n:::\n"
    html = documents.render(documents.from_markdown(box).document).html
    web, mail = (fact.value for fact in quick_facts(html).facts)
    assert mail.endswith(">waste@<wbr>ekholma<wbr>.example<wbr>.org</a>")
    assert 'href="mailto:waste@ekholma.example.org"' in mail
    assert "https://<wbr>ekholma<wbr>.example<wbr>.org/<wbr>waste</a>" in web


def test_facts_of_a_passage_are_for_those_whom_it_is_for(
    make_article: MakeArticle, alice: User, bob: User, mary: User, read: Reader
) -> None:
    article = make_article("Bin", f"{FACTS}\n::: roles manager\n{CONTACT.replace('019', '555')}:::\n")
    for person, sees in ((bob, False), (mary, True), (alice, True)):
        page = read(person, article.get_absolute_url())
        assert "745 kr" in page.partition('id="article-details"')[0]
        assert ("555-21 10 00" in page) == sees


def test_what_no_longer_holds_is_not_put_in_front(
    make_article: MakeArticle, alice: User, bob: User, read: Reader
) -> None:
    article = make_article("Bin", f"{FACTS}\nText.")
    assert "facts quick" in read(bob, article.get_absolute_url())
    archive_article(alice, article.pk)
    page = read(bob, article.get_absolute_url())
    assert "facts quick" not in page
    assert "745 kr" in page, "whoever wants to know what held can read it"


def test_details_are_as_this_person_left_them_in_this_browser(
    make_article: MakeArticle, alice: User, bob: User, signed_in: SignIn
) -> None:
    article = make_article("Bin", f"{FACTS}\nText.")
    plain = make_article("Plain", "Text.")
    client = signed_in(bob)
    assert (
        '<details class="text-fold" id="article-details" open>'
        in client.get(article.get_absolute_url()).content.decode()
    )
    client.cookies["kb_details"] = f"{bob.pk}:folded"
    assert '<details class="text-fold" id="article-details">' in client.get(article.get_absolute_url()).content.decode()
    assert "article-details" not in client.get(plain.get_absolute_url()).content.decode()
    client.cookies["kb_details"] = f"{alice.pk}:folded"
    assert 'id="article-details" open>' in client.get(article.get_absolute_url()).content.decode()
