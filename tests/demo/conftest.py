"""The demo centre, loaded once for all the tests of a module: it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from articles.demo import load


@pytest.fixture(scope="module")
def centre(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[load.Loaded]:
    """What was loaded, in a transaction around those of the tests: what they change is gone after each of them, and
    the centre after the last one of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.load()
        transaction.set_rollback(True)
