import pytest

from tests.access.table import Place, build


@pytest.fixture
def place(db: None) -> Place:
    """A category with a published, a never published and an archived article, and everybody of the table."""
    return build()
