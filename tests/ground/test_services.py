"""The throwaway servers start, answer, and leave nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from tests.services.install import postgres_binaries, redis_binary
from tests.services.ports import free_port, listens, wait_until_listens
from tests.services.postgres import postgres_server
from tests.services.processes import stop
from tests.services.redis import redis_server

needs_postgres = pytest.mark.skipif(postgres_binaries() is None, reason="PostgreSQL is not installed")
needs_redis = pytest.mark.skipif(redis_binary() is None, reason="Redis is not installed")


@needs_postgres
def test_postgres_keeps_swedish_text_and_is_gone_afterwards() -> None:
    with postgres_server() as url:
        connection = psycopg2.connect(url)
        with connection.cursor() as cursor:
            cursor.execute("SELECT upper('återvinning'), current_setting('server_encoding')")
            assert cursor.fetchone() == ("ÅTERVINNING", "UTF8")
        connection.close()
    assert not listens(urlsplit(url).port or 0)


@needs_postgres
def test_postgres_ends_with_the_command_that_it_was_started_for() -> None:
    ask = "import os; print(os.environ['DATABASE_URL'], flush=True); import time; time.sleep(60)"
    command = [sys.executable, "-m", "tests.services.postgres", "--", sys.executable, "-c", ask]
    runner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    port = urlsplit(runner.stdout.readline().strip()).port
    assert port
    assert listens(port)
    runner.send_signal(signal.SIGTERM)
    assert runner.wait(30) == 128 + signal.SIGTERM
    assert not listens(port)


@needs_postgres
def test_the_status_of_the_command_is_the_status_of_the_run() -> None:
    command = [sys.executable, "-m", "tests.services.postgres", "--", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, check=False).returncode == 7


@needs_redis
def test_redis_answers_and_is_gone_afterwards() -> None:
    with redis_server() as url:
        client = redis.Redis.from_url(url)
        client.set("key", "value")
        assert client.get("key") == b"value"
        client.close()
    assert not listens(urlsplit(url).port or 0)


def test_a_process_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.monotonic()
    assert stop(process, seconds=0.3) == -signal.SIGKILL
    assert time.monotonic() - started < 10


def test_a_port_is_free_until_somebody_listens() -> None:
    port = free_port()
    assert not listens(port)
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until_listens(port, seconds=20)
    finally:
        stop(server)
