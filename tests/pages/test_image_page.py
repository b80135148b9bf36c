"""Pictures, to those who may see what shows them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from PIL import Image as Picture

from articles import access, documents
from articles.actions.draft import replace_draft
from articles.actions.image import IN_WINDOW, add_image, add_suggested_image
from articles.actions.people import create_user
from articles.actions.problems import Invalid, TooMany
from articles.actions.publishing import publish_article
from articles.actions.suggesting import merge_suggestion, suggest_change
from articles.models import Article, Image, User
from tests.conftest import PASSWORD, MakeArticle

SignIn = Callable[[User], Client]


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def picture(article: Article, alice: User) -> Image:
    """A picture that was added and is not in any text yet."""
    return add_image(alice, article.pk, "Map of the yard.png", png())


def show(alice: User, picture: Image, markdown: str) -> None:
    """Publish a text in which {} is the picture."""
    text = markdown.format(f"![Map]({picture.get_absolute_url()})")
    replace_draft(alice, picture.article_id, documents.from_markdown(text).document)
    publish_article(alice, picture.article_id)


def content(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_published_picture_is_served_to_readers_and_cannot_be_anything_else(
    picture: Image, alice: User, bob: User, signed_in: SignIn
) -> None:
    show(alice, picture, "Here: {}")
    answer = signed_in(bob).get(picture.get_absolute_url())
    assert answer.status_code == 200
    assert content(answer) == png()
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in answer.headers["Cache-Control"]


def test_a_picture_of_a_suggestion_is_for_who_sent_it_and_for_editors(
    article: Article, alice: User, bob: User, admin: User, signed_in: SignIn
) -> None:
    nora = create_user(admin, "nora", password=PASSWORD, roles=["readers"])
    image, address = add_suggested_image(bob, article.pk, "The broken gate.png", png())
    assert address.endswith("/the-broken-gate.png")
    assert content(signed_in(bob).get(address)) == png()
    assert signed_in(alice).get(address).status_code == 200
    assert signed_in(nora).get(address).status_code == 404
    suggestion = suggest_change(
        bob, article.pk, documents.from_markdown(f"See: ![Gate]({address})").document, "Shows it"
    )
    merge_suggestion(alice, suggestion.pk)
    publish_article(alice, article.pk)
    assert content(signed_in(nora).get(address)) == png()
    assert image.uses.count() == 1


def test_the_same_picture_from_two_people_says_nothing_of_the_other(
    picture: Image, article: Article, bob: User, signed_in: SignIn
) -> None:
    same, address = add_suggested_image(bob, article.pk, "mine.png", png())
    assert same == picture
    assert address.endswith("/mine.png")
    answer = signed_in(bob).get(address)
    assert content(answer) == png()
    assert answer.headers["Content-Disposition"] == 'inline; filename="mine.png"'


def test_a_picture_that_is_only_guessed_cannot_be_suggested(picture: Image, article: Article, bob: User) -> None:
    said = []
    for address in (picture.get_absolute_url(), f"/articles/{article.pk}/images/987654/x.png"):
        for text in (f"![Map]({address})", f"See [the map]({address})."):
            with pytest.raises(Invalid) as refused:
                suggest_change(bob, article.pk, documents.from_markdown(text).document, "Clearer")
            said.append(str(refused.value))
    assert len(set(said)) == 1, "absent and forbidden look the same"


def test_a_program_that_sends_pictures_without_end_is_stopped(article: Article, bob: User, charlie: User) -> None:
    with pytest.raises(access.NotFound):
        add_suggested_image(charlie, article.pk, "a.png", png())
    with pytest.raises(Invalid):
        add_suggested_image(bob, article.pk, "a.png", b"not a picture")
    for number in range(IN_WINDOW):
        add_suggested_image(bob, article.pk, "a.png", png(f"#0000{number:02x}"))
    with pytest.raises(TooMany):
        add_suggested_image(bob, article.pk, "a.png", png("#ff0000"))
    assert Image.objects.filter(article=article).count() == IN_WINDOW


def test_a_picture_of_the_draft_is_for_editors(picture: Image, alice: User, bob: User, signed_in: SignIn) -> None:
    assert signed_in(alice).get(picture.get_absolute_url()).status_code == 200
    assert signed_in(bob).get(picture.get_absolute_url()).status_code == 404


def test_charlie_finds_no_picture(picture: Image, alice: User, charlie: User, signed_in: SignIn) -> None:
    show(alice, picture, "Here: {}")
    assert signed_in(charlie).get(picture.get_absolute_url()).status_code == 404


def test_a_picture_in_a_passage_is_for_its_roles(
    picture: Image, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    show(alice, picture, "For all.\n\n::: roles manager\n{}\n:::\n")
    assert signed_in(mary).get(picture.get_absolute_url()).status_code == 200
    assert signed_in(bob).get(picture.get_absolute_url()).status_code == 404


def test_a_picture_that_an_old_version_shows_can_still_be_looked_at_in_its_history(
    picture: Image, alice: User, bob: User, signed_in: SignIn
) -> None:
    show(alice, picture, "Here: {}")
    show(alice, picture, "No picture any more.")
    assert signed_in(bob).get(picture.get_absolute_url()).status_code == 200


def test_a_picture_is_found_under_its_own_article_only(
    picture: Image, make_article: MakeArticle, alice: User, signed_in: SignIn
) -> None:
    other = make_article("Other")
    address = picture.get_absolute_url().replace(f"/articles/{picture.article_id}/", f"/articles/{other.pk}/")
    assert signed_in(alice).get(address).status_code == 404


def test_a_browser_that_has_the_picture_is_not_sent_it_again(
    picture: Image, alice: User, bob: User, signed_in: SignIn
) -> None:
    show(alice, picture, "Here: {}")
    client = signed_in(bob)
    etag = client.get(picture.get_absolute_url()).headers["ETag"]
    answer = client.get(picture.get_absolute_url(), headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert not answer.content


def test_a_picture_whose_file_is_lost_is_gone_and_no_error(picture: Image, alice: User, signed_in: SignIn) -> None:
    picture.file.unlink()
    assert signed_in(alice).get(picture.get_absolute_url()).status_code == 410


def test_who_has_not_signed_in_gets_no_picture(picture: Image, client: Client) -> None:
    assert client.get(picture.get_absolute_url()).status_code == 302
