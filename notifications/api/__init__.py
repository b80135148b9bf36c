"""The JSON API of this app, mounted under /api/v1/ by `kbcentre.api`. Thin: parse, call an action, answer."""

from ninja import Router

from .acknowledgements import router as acknowledgements
from .events import router as events

router = Router()
for part in (events, acknowledgements):
    router.add_router("", part)
