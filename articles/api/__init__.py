"""The JSON API of articles. Thin: parse, call an action, answer.

Rules live in `articles.actions` and `articles.access`. The routers are mounted under /api/v1/ by `kbcentre.api`.
"""

from ninja import Router

from .articles import router as articles
from .calls import router as calls
from .categories import router as categories
from .comments import router as comments
from .drafts import router as drafts
from .favourites import router as favourites
from .flags import router as flags
from .images import router as images
from .moments import router as moments
from .notes import router as notes
from .notices import router as notices
from .people import router as people
from .publishing import router as publishing
from .reviews import router as reviews
from .scope import router as scope
from .search import router as search
from .suggestions import router as suggestions
from .versions import router as versions

router = Router()
PARTS = (
    people, categories, articles, drafts, moments, versions, images, publishing, suggestions, flags, calls, reviews,
    scope, favourites, search, comments, notes, notices,
)  # fmt: skip
for part in PARTS:
    router.add_router("", part)
