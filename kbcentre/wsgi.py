"""Pages: what gunicorn (in production) or the thread pool of `serve` runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbcentre.settings")
application = get_wsgi_application()

# Models cannot be imported before this.
from articles.search import get_engine  # noqa: E402

# A worker of gunicorn takes requests when this module is loaded: nobody's first search waits for dictionaries.
get_engine().warm()
# What is loaded by now stays for ever. Looking through it again and again for garbage took a tenth of each page.
gc.collect()
gc.freeze()
