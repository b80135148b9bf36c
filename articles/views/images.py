"""Pictures of articles: no more public than the passage that shows them."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from articles import access
from articles.models import Article, Image, ImageSender, ImageUse

from .handled import SignedInRequest, page


@require_safe
@page
def image(request: SignedInRequest, article_id: int, image_id: int, **_named: str) -> HttpResponseBase:
    """`/articles/<id>/images/<image_id>/<name>`: the bytes, to those to whom a version shows them.

    The name is for people; the ids find the picture. A draft's new pictures are for those who may edit it, those of a
    suggestion also for whoever sent them.
    """
    article = access.fetch_article(request.user, "view", article_id)
    found = Image.objects.filter(pk=image_id, article=article).first()
    if found is None or not _is_shown(request, article, found):
        raise access.NotFound
    etag = quote_etag(found.sha256)
    answer: HttpResponseBase
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponseNotModified()
    else:
        answer = _bytes(found)
    answer.headers["ETag"] = etag
    # Whatever the bytes are: they are a picture of ours, never a page.
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _is_shown(request: SignedInRequest, article: Article, image: Image) -> bool:
    """Whether any version shows the image to this person, or they may edit the article, or have sent it themselves."""
    view = access.view_of(request.user)
    if access.view_can(view, "edit", article):
        return True
    audiences = ImageUse.objects.filter(image=image).values_list("roles", flat=True)
    if any(not roles or view.roles.intersection(roles) for roles in audiences):
        return True
    return ImageSender.objects.filter(image=image, user=request.user).exists()


def _bytes(image: Image) -> HttpResponseBase:
    """The file in pieces: a large picture does not pass through memory as a whole."""
    try:
        answer = FileResponse(image.file.open("rb"), content_type=image.content_type, filename=image.name)
    except FileNotFoundError:  # the database was restored without its media
        return HttpResponse(status=410)
    answer.headers["Content-Length"] = str(image.file.stat().st_size)
    return answer
