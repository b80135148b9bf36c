"""What pages are measured against: a Django page that says who is signed in after one query of its own.

Only the session and authentication middleware run, there is no template, and the settings are the product's: as little
as a signed-in Django page can do.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.trivial_settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
