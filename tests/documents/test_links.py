"""Links between articles, images, and sending both elsewhere."""

from __future__ import annotations

from articles.documents import article_links, check_document, from_html, image_ids, rewrite

from .builders import doc, names, p, text, texts

PAGE = """
<p><a href="/articles/5/">a</a> <a href="/articles/6/some-slug/#fees">b</a> <a href="/articles/7">c</a>
<a href="https://elsewhere.se/articles/8/">d</a> <a href="/articles/x/">e</a> <a href="/articles/9/images/3/plan.pdf">f</a></p>
<table><tr><td><a href="/articles/10/?q=1"><img src="/articles/1/images/2/map.png" alt="Map"></a></table>
<details><summary><a href="/articles/11/">g</a></summary><img src="https://a.se/articles/1/images/4/x.png"></details>
"""


def test_links_to_articles_are_found_wherever_they_stand() -> None:
    assert article_links(from_html(PAGE).document) == {5, 6, 7, 10, 11}


def test_stored_images_are_found_shown_or_linked() -> None:
    assert image_ids(from_html(PAGE).document) == {2, 3}


def test_a_number_that_no_database_holds_is_no_article() -> None:
    assert article_links(doc(p(text("x", href="/articles/" + "9" * 30 + "/")))) == set()


def test_links_and_images_can_be_sent_elsewhere() -> None:
    document = from_html(PAGE).document

    changed = rewrite(document, lambda link: link.replace("/articles/5/", "/articles/50/"), lambda image: "/new.png")

    check_document(changed)
    assert article_links(changed) == {50, 6, 7, 10, 11}
    assert image_ids(changed) == {3}
    assert document == from_html(PAGE).document  # the one that was given is as it was


def test_none_takes_a_link_away_and_leaves_its_text_and_takes_an_image_away_with_its_link() -> None:
    document = from_html(PAGE).document

    changed = rewrite(document, lambda link: None, lambda image: None)

    check_document(changed)
    assert article_links(changed) == image_ids(changed) == set()
    assert texts(changed) == texts(document)


def test_text_whose_link_is_taken_away_is_one_with_its_neighbours() -> None:
    changed = rewrite(doc(p("a ", text("b", href="/x"), " c")), lambda link: None, lambda image: image)

    assert changed == doc(p("a b c"))


def test_an_address_that_must_not_be_followed_cannot_come_in_by_rewriting() -> None:
    document = from_html('<a href="/x">y</a><img src="/z.png">').document

    changed = rewrite(document, lambda link: "javascript:x", lambda image: "data:x")

    assert changed == doc(p("y"))


def test_only_the_link_of_an_image_is_taken_away_when_only_links_are() -> None:
    document = from_html('<a href="/x"><img src="/z.png"></a>').document

    changed = rewrite(document, lambda link: None, lambda image: image)

    assert names(changed["content"][0]) == ["image"]
    assert changed["content"][0]["content"][0]["attrs"]["href"] is None
