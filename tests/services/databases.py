"""A database for each site that a test starts: a file in its folder, or one more on the server of DATABASE_URL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql


def server_url() -> str | None:
    """The PostgreSQL server that this test run uses, or None when it runs on SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else None


@contextmanager
def new_database(data_dir: Path, *, like: str | None = None) -> Iterator[str]:
    """Gives the DATABASE_URL of a database that is there as long as the context.

    `like` is the address of a database to copy, to which nobody may be connected. An SQLite database is a file in
    `data_dir` and copied together with it.
    """
    url = create_database(data_dir, like=like)
    try:
        yield url
    finally:
        if (server := server_url()) is not None:
            # FORCE: a process that was killed in mid-transaction may still be connected.
            name = sql.Identifier(urlsplit(url).path.lstrip("/"))
            _execute(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def create_database(data_dir: Path, *, like: str | None = None) -> str:
    """`new_database` that stays as long as its server does."""
    server = server_url()
    if server is None:
        return f"sqlite:///{data_dir / 'db.sqlite3'}"
    name = f"site_{uuid.uuid4().hex[:16]}"
    template = urlsplit(like).path.lstrip("/") if like else "template1"
    _execute(
        server,
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)),
    )
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _execute(server: str, statement: sql.Composed) -> None:
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True  # databases are made and dropped outside of transactions
        with connection.cursor() as cursor:
            cursor.execute(statement)
