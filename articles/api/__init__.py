"""The JSON API of articles. Thin: parse, call an action, answer.

Rules live in `articles.actions` and `articles.access`. The routers are mounted under /api/v1/ by `kbcentre.api`.
"""

from ninja import Router

from . import articles, categories, drafts, images, people, search, versions

router = Router()
for part in (people, categories, articles, drafts, versions, images, search):
    router.add_router("", part.router)
