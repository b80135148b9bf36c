"""The demo centre, loaded once for the tests of a module that only look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from articles.demo import load


@pytest.fixture(scope="module")
def centre(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[load.Loaded]:
    """What was loaded. The tests share it, so they change nothing; the module ends as if it had not been."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.load()
        transaction.set_rollback(True)
