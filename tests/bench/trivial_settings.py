"""The product's settings with nothing but what a signed-in page needs."""

from kbcentre.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.trivial_urls"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # without it allauth, whose sign-in this is, does not start
]
