"""What every test can have: the cast, a category that they share, articles in it, and real servers.

The cast is the same everywhere: **Alice** may edit and publish, **Bob** may read, **Charlie** sees nothing, **Mary**
is a manager, the **admin** sees all. So a test reads: Bob opens what Alice published, and Charlie finds nothing.
"""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from articles import access, documents, kept, rendering, search_log
from articles.actions.article import create_article
from articles.actions.category import create_category
from articles.actions.people import create_role, create_user
from articles.actions.publishing import publish_article
from articles.models import Article, Category, User
from articles.search import Indexer, get_engine
from tests.services.install import redis_binary
from tests.services.redis import redis_server
from tests.services.site import Site, running_site, shared_demo_centre

# What a property costs depends on what else the machine does; that it holds does not.
hypothesis_settings.register_profile("kb", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("kb")

PASSWORD = "correct horse battery staple"
USE_A_DATABASE = {"db", "transactional_db", "live_server", "site", "demo_centre"}
MakeArticle = Callable[..., Article]


def pytest_configure() -> None:
    """Makes the data folder that tests/settings.py has chosen for this process."""
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)  # of a process that had this number and was killed
    settings.DATA_DIR.mkdir(mode=0o700)
    settings.STATIC_ROOT.mkdir()


def pytest_unconfigure() -> None:
    """Removes it. Not left to the interpreter's exit: workers of pytest-xdist end without one."""
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """For the second run, on the other database: what uses none gives the same again."""
    parser.addoption("--database-only", action="store_true", help="leave out what uses no database, and `once`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that needs PostgreSQL is left out, and counted as such, when the run is on SQLite."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        left_out = pytest.mark.skip(reason="needs PostgreSQL, this run is on SQLite")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(left_out)
    if config.getoption("database_only"):
        other = [item for item in items if _uses_a_database(item) and not item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=[item for item in items if item not in other])
        items[:] = other


def _uses_a_database(item: pytest.Item) -> bool:
    """Whether a test has the test database or a running site, directly or through its fixtures."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & USE_A_DATABASE)


# --- The database and what processes remember of it -------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The test database, which keeps its built-in rows: a transactional test ends by emptying every table."""
    built_in_rows = importlib.import_module("articles.migrations.0002_built_in_rows")

    def add_again(**_: Any) -> None:
        built_in_rows.add(apps, None)

    post_migrate.connect(add_again, sender=apps.get_app_config("articles"), weak=False)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Every test starts like a new process. Row numbers begin anew when a test is rolled back, so what was kept
    under a number in the test before would be taken for something else."""
    yield
    access.rights._views.clear()
    rendering._made.clear()
    kept.forget_all()
    search_log._noted.clear()


@pytest.fixture
def on_postgres() -> bool:
    """Whether this run is on PostgreSQL, for the few tests whose numbers depend on it."""
    return connection.vendor == "postgresql"


# --- The cast --------------------------------------------------------------------------------------


@pytest.fixture
def roles(db: None) -> tuple[str, str]:
    """The two roles of the shared category: writers publish, readers view."""
    for name in ("writers", "readers"):
        create_role(None, name)
    return "writers", "readers"


@pytest.fixture
def admin(db: None) -> User:
    """A superuser."""
    return create_user(None, "admin", password=PASSWORD, superuser=True, email="admin@example.org")


@pytest.fixture
def alice(roles: tuple[str, str]) -> User:
    """May edit and publish in the shared category."""
    return _person("alice", "Alice", "Ahlgren", "editor", "writers")


@pytest.fixture
def bob(roles: tuple[str, str]) -> User:
    """May read in the shared category."""
    return _person("bob", "Bob", "Berg", "csr", "readers")


@pytest.fixture
def charlie(db: None) -> User:
    """Signs in, and sees nothing of the shared category."""
    return _person("charlie", "Charlie", "Carlsson", "csr")


@pytest.fixture
def mary(roles: tuple[str, str]) -> User:
    """A manager, who reads in the shared category."""
    return _person("mary", "Mary", "Modin", "manager", "readers")


def _person(username: str, first_name: str, last_name: str, *roles: str) -> User:
    return create_user(
        None,
        username,
        password=PASSWORD,
        first_name=first_name,
        last_name=last_name,
        email=f"{username}@example.org",
        roles=roles,
    )


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """`signed_in(bob)` gives a test client with Bob's session."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


# --- What they read --------------------------------------------------------------------------------


@pytest.fixture
def category(admin: User, roles: tuple[str, str]) -> Category:
    """The shared category "Permits": writers publish, readers view, publishing is reviewed."""
    return create_category(admin, "Permits", grants={"writers": ["publish"], "readers": ["view"]})


@pytest.fixture
def make_article(alice: User, category: Category) -> MakeArticle:
    """`make_article("Title", "Text in *Markdown*.", publish=False, category=…, by=…, tags=…, roles=…, …)`.

    Goes the way that people go, through the actions; published by Alice in the shared category unless told otherwise.
    """

    def make(
        title: str = "Building permit",
        markdown: str = "A permit costs **745 kr**.",
        *,
        publish: bool = True,
        by: User = alice,
        category: Category = category,
        **more: Any,
    ) -> Article:
        document = documents.from_markdown(markdown).document
        article = create_article(by, category, title, document, **more)
        if publish:
            publish_article(by, article.pk)
            article.refresh_from_db()
        return article

    return make


@pytest.fixture
def article(make_article: MakeArticle) -> Article:
    """A published article in the shared category."""
    return make_article()


# --- Real servers ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of its own for this test process. Left out where there is none."""
    if redis_binary() is None:
        pytest.skip("Redis is not installed")
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def demo_centre(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo centre, prepared once for all test processes and never started: what `site` copies."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a folder of its own in that of the run
        folder = folder.parent
    return shared_demo_centre(folder / "demo-centre")


@pytest.fixture(scope="module")
def site(demo_centre: Site) -> Iterator[Site]:
    """The product, running with the demo centre, for the tests of one module. Its users have the password "demo"."""
    with running_site(like=demo_centre) as site:
        yield site


# --- Finding --------------------------------------------------------------------------------------


@pytest.fixture
def index(db: None) -> Iterator[Callable[[], None]]:
    """`index()` brings the index up to date, as the worker does."""
    engine = get_engine()

    def forget() -> None:
        engine.close()
        shutil.rmtree(settings.DATA_DIR / "index", ignore_errors=True)

    def bring_up_to_date() -> None:
        while Indexer(engine).run_once():
            pass

    forget()
    yield bring_up_to_date
    forget()
