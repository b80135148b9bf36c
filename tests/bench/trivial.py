"""What pages are measured against: a Django page that says who is signed in after one query of its own.

Only the session and authentication middleware run, there is no template, and sessions and people are looked up as
Django does it, not with the prepared queries of the product: as little as a signed-in Django page can do.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.trivial_settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.contrib.auth.backends import ModelBackend  # noqa: E402

from kbcentre.sessions import PersonBackend  # noqa: E402

PersonBackend.get_user = ModelBackend.get_user  # type: ignore[method-assign]  # the session names this class
