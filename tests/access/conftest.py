from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.table import Place, build


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    """The place, built once for all rows of a table; each row happens inside a transaction of its own and is undone."""
    around = transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # so what is built counts as there, as committed
    with django_db_blocker.unblock(), around:
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def place(built: Place, db: None) -> Place:
    """A category with a published, a never published and an archived article, and everybody of the table."""
    return copy.deepcopy(built)
