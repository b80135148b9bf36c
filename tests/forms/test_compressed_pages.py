"""Pages are small on the wire; what must not be compressed is left alone."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from articles.models import Article, User
from kbcentre.compression import CompressedPages

ANY = {"accept-encoding": "gzip, deflate, br"}


def test_a_page_comes_compressed_for_who_can_read_it(
    article: Article, bob: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(bob)
    plain = client.get(article.get_absolute_url())
    small = client.get(article.get_absolute_url(), headers=ANY)
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert b'id="article-body"' in gzip.decompress(small.content)
    assert len(small.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain.headers


def test_answers_of_the_api_and_streams_stay_as_they_are(
    article: Article, bob: User, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(bob).get(f"/api/v1/articles/{article.pk}", headers=ANY)
    assert "Content-Encoding" not in answer.headers
    assert not answer.headers["ETag"].startswith("W/")
    request = RequestFactory(headers=ANY).get("/")
    stream = StreamingHttpResponse(iter([b"data: 1\n\n" * 100]), content_type="text/html")
    streamed, page = (CompressedPages(lambda _, it=it: it)(request) for it in (stream, HttpResponse("x" * 1_000)))
    assert isinstance(streamed, StreamingHttpResponse)
    assert isinstance(page, HttpResponse)
    assert "Content-Encoding" not in streamed.headers
    assert page.headers["Content-Encoding"] == "gzip"
