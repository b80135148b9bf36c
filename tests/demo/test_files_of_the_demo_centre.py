"""The files as they lie in the project: checked without a database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from articles import documents
from articles.demo import source
from articles.demo.source import ArticleSource, SourceError

ARTICLES = source.read_articles()
BUILT_IN_ROLES = {"everyone", "csr", "editor", "manager"}
PICTURES = sorted((source.CONTENT / "images").iterdir())
every_article = pytest.mark.parametrize(
    "article", ARTICLES, ids=[str(one.path.relative_to(source.CONTENT)) for one in ARTICLES]
)


@every_article
def test_an_article_converts_without_loss_in_every_state(article: ArticleSource) -> None:
    for state in article.states:
        converted = documents.from_markdown(state.markdown)
        assert converted.losses == []
        documents.check_document(converted.document)


@every_article
def test_a_container_of_the_dialect_becomes_a_block_and_not_words(article: ArticleSource) -> None:
    markdown = article.states[-1].markdown
    document = documents.from_markdown(markdown).document
    assert ":::" not in documents.to_text(document)
    html = documents.render(document, language=article.language).html
    for name, element in (("facts", 'class="facts"'), ("steps", 'class="steps"'), ("contact", 'class="contact"')):
        assert html.count(element) == markdown.count(f"::: {name}\n")


@every_article
def test_links_and_pictures_lead_to_files_that_are_there(article: ArticleSource) -> None:
    files = {one.path for one in ARTICLES} | set(PICTURES)
    for state in article.states:
        for address in re.findall(r"\]\(([^)]+)\)", state.markdown):
            target = (article.path.parent / address.partition("#")[0]).resolve()
            assert target in files, f"{article.path.name} leads to {address}"


@every_article
def test_an_article_answers_before_its_first_heading(article: ArticleSource) -> None:
    first = article.states[-1].markdown.lstrip().splitlines()[0]
    assert not first.startswith("#"), "the short answer comes first, and the title is not repeated"


@every_article
def test_people_and_roles_that_an_article_names_are_there(article: ArticleSource) -> None:
    people = {person.username: person for person in source.read_people()}
    roles = BUILT_IN_ROLES | {role for person in people.values() for role in person.roles}
    assert {state.by for state in article.states} <= people.keys()
    assert {article.owner, *(article.roles or ())} <= roles
    for state in article.states:
        assert documents.passage_roles(documents.from_markdown(state.markdown).document) <= roles


def test_every_folder_is_a_category_and_every_category_leads_to_articles() -> None:
    categories = {one.slug: one for one in source.read_categories()}
    folders = {path.name for path in source.CONTENT.iterdir() if path.is_dir()} - {"images"}
    assert folders <= categories.keys()
    reached = set()
    for slug in {one.category for one in ARTICLES}:
        step: str | None = slug
        while step is not None:
            reached.add(step)
            step = categories[step].parent
    assert reached == categories.keys()


def test_every_file_is_read() -> None:
    assert {one.path for one in ARTICLES} == set(source.CONTENT.rglob("*.md"))


def test_there_are_about_sixty_articles_of_every_length_two_fifths_of_them_swedish() -> None:
    assert 60 <= len(ARTICLES) <= 75
    swedish = sum(one.language == "sv" for one in ARTICLES) / len(ARTICLES)
    assert 0.35 <= swedish <= 0.45
    words = sorted(len(one.states[-1].markdown.split()) for one in ARTICLES)
    assert words[5] < 120
    assert words[-5] > 600


def test_telephone_numbers_of_the_municipality_are_from_the_series_that_is_kept_for_fiction() -> None:
    for one in ARTICLES:
        for state in one.states:
            for number in re.findall(r"\b031-[\d ]+\d", state.markdown):
                assert re.fullmatch(r"031-390 06 \d\d", number), f"{one.path.name}: {number}"
            for domain in re.findall(r"@([\w.]+\w)|https?://([\w.]+\w)", state.markdown):
                assert "".join(domain).endswith("example.org"), f"{one.path.name}: {domain}"


@pytest.mark.parametrize("picture", PICTURES, ids=[path.name for path in PICTURES])
def test_a_picture_is_small_and_shown_with_words_for_who_cannot_see_it(picture: Path) -> None:
    assert picture.stat().st_size < 30_000
    with Image.open(picture) as opened:
        assert opened.format == "PNG"
    shown = [m for one in ARTICLES for m in re.findall(rf"!\[([^]]*)\]\(\.\./images/{picture.name}\)", _text(one))]
    assert shown
    assert all(len(words) > 40 for words in shown)


def test_an_earlier_state_must_replace_words_that_are_there(tmp_path: Path) -> None:
    file = tmp_path / "fence.md"
    file.write_text(
        "---\ntitle: Fence\nlanguage: en\ntags: []\nowner: permits\nreview_in_days: 9\npublish: true\nby: erik\n"
        "history:\n  - {by: ella, replace: {wall: hedge}}\n---\n\nA fence needs a permit.\n"
    )
    with pytest.raises(SourceError, match="“wall” must stand in the text exactly once"):
        source.read_article(file)


def test_a_misspelt_field_is_named(tmp_path: Path) -> None:
    file = tmp_path / "fence.md"
    file.write_text("---\ntitle: Fence\nlangauge: en\n---\n\nText.\n")
    with pytest.raises(SourceError, match="langauge"):
        source.read_article(file)


def _text(one: ArticleSource) -> str:
    return one.states[-1].markdown
