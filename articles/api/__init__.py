"""The JSON API of articles. Thin: parse, call an action, answer.

Rules live in `articles.actions` and `articles.access`. The routers are mounted under /api/v1/ by `kbcentre.api`.
"""

from ninja import Router

from .articles import router as articles
from .calls import router as calls
from .categories import router as categories
from .drafts import router as drafts
from .flags import router as flags
from .images import router as images
from .moments import router as moments
from .people import router as people
from .publishing import router as publishing
from .scope import router as scope
from .search import router as search
from .suggestions import router as suggestions
from .versions import router as versions

router = Router()
for part in (
    people, categories, articles, drafts, moments, versions, images, publishing, suggestions, flags, calls, scope,
    search,
):  # fmt: skip
    router.add_router("", part)
