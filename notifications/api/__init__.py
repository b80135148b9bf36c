"""The JSON API of telling people. Thin: parse, call an action, answer."""

from ninja import Router

from .acknowledgements import router as acknowledgements
from .follows import router as follows
from .log import router as log
from .notifications import router as notifications
from .settings import router as settings

router = Router()
for part in (log, follows, notifications, settings, acknowledgements):
    router.add_router("", part)
