"""Pictures of articles: no more public than the passage that shows them."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from articles import access
from articles.models import Image
from articles.pictures import shown_images

from .handled import SignedInRequest, page


@require_safe
@page
def image(request: SignedInRequest, article_id: int, image_id: int, name: str = "") -> HttpResponseBase:
    """`/articles/<id>/images/<image_id>/<name>`: the bytes, to those to whom a version shows them.

    The name is for people; the ids find the picture. A draft's new pictures are for those who may edit it, those of a
    suggestion also for whoever sent them.
    """
    article = access.fetch_article(request.user, "view", article_id)
    found = Image.objects.filter(pk=image_id, article=article).first()
    if found is None or not shown_images(request.user, article, {found.pk}):
        raise access.NotFound
    etag = quote_etag(found.sha256)
    answer: HttpResponseBase
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponseNotModified()
    else:
        answer = _bytes(found, name)
    answer.headers["ETag"] = etag
    # Whatever the bytes are: they are a picture of ours, never a page.
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _bytes(image: Image, name: str) -> HttpResponseBase:
    """The file in pieces: a large picture does not pass through memory as a whole.

    Named as in the address: the name that it was stored under is of whoever was first to send these bytes.
    """
    try:
        answer = FileResponse(image.file.open("rb"), content_type=image.content_type, filename=name or "image")
    except FileNotFoundError:  # the database was restored without its media
        return HttpResponse(status=410)
    answer.headers["Content-Length"] = str(image.file.stat().st_size)
    return answer
