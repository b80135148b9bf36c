"""Settings of the test run: the product's own, with data in a temporary folder and passwords that are hashed fast.

They are read before any conftest, in the process of the tests and in each worker of pytest-xdist, so each of them has
its own folder; tests/conftest.py makes and removes it. DATABASE_URL chooses the database: without it, SQLite.
"""

import os
import tempfile
from pathlib import Path

_data_dir = Path(tempfile.gettempdir()) / f"kb-tests-{os.getpid()}"
os.environ["DATA_DIR"] = str(_data_dir)
os.environ["SECRET_KEY"] = "a-key-for-tests-only-and-long-enough-for-check-deploy"
for _name in ("REDIS_URL", "DEBUG", "HTTPS", "DEFAULT_LANGUAGE", "TIME_ZONE", "EMAIL_URL"):
    os.environ.pop(_name, None)

from kbcentre.settings import *  # noqa: E402, F403
from kbcentre.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Hashed names need collectstatic; that they work is tested on the site that tests/services/site.py starts.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory: threads of their own connection must meet the same locks as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(_data_dir / "test.sqlite3")}

# Tests write the words that were searched for when they look at them.
SEARCH_LOG_EVERY = 0
