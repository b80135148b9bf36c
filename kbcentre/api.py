"""The JSON API, /api/v1/: the routers of the apps in one document."""

from ninja import NinjaAPI, Swagger

from articles.api import router as articles_router
from articles.api.auth import CallsPerPerson, PersonSession, PersonToken
from articles.api.errors import register
from notifications.api import router as notifications_router

from .characters import Body

api = NinjaAPI(
    title="kbcentre",
    version="1",
    description="The knowledge base of a one-stop centre.",
    auth=[PersonToken(), PersonSession()],
    throttle=[CallsPerPerson()],
    parser=Body(),
    docs=Swagger(settings={"persistAuthorization": False}),
    urls_namespace="api",
)
register(api)
api.add_router("", articles_router)
api.add_router("", notifications_router)
