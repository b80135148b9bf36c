"""Pages: what gunicorn (in production) or the thread pool of `serve` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbcentre.settings")
application = get_wsgi_application()
