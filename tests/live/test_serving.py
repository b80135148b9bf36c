"""`manage.py serve` as a web server: bodies, streams, disconnects, and the end."""

from __future__ import annotations

import asyncio
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.live.clients import Visitor
from tests.live.conftest import Centre
from tests.services.ports import free_port
from tests.services.site import PROJECT, Site


@contextmanager
def raw(site: Site, sent: bytes) -> Iterator[socket.socket]:
    """A connection over which these bytes were sent."""
    target = urlsplit(site.url)
    with socket.create_connection((target.hostname, target.port), timeout=20) as connection:
        connection.sendall(sent)
        yield connection


def read_to_end(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def test_head_has_the_headers_of_get_and_no_body(site: Site) -> None:
    got, head = (Visitor(site.url).request(method, "/accounts/login/") for method in ("GET", "HEAD"))
    assert head.status == got.status == 200
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert head.body == b""
    assert "Date" in head.headers


def test_a_connection_takes_one_request_after_the_other(site: Site) -> None:
    target = urlsplit(site.url)
    connection = http.client.HTTPConnection(target.hostname or "", target.port)
    for _ in range(3):
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
    local = connection.sock.getsockname()
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    assert connection.sock.getsockname() == local
    connection.close()


def test_a_chunked_body_arrives_whole(centre: Centre) -> None:
    target = urlsplit(centre.site.url)
    connection = http.client.HTTPConnection(target.hostname or "", target.port)
    body = b'{"title": "In pieces", "category": "parking", "markdown": "' + b"word " * 50_000 + b'"}'
    pieces = (body[start : start + 1_000] for start in range(0, len(body), 1_000))
    headers = {**centre.admin.headers(), "X-CSRFToken": centre.admin.cookies["csrftoken"]}
    headers |= {"Content-Type": "application/json", "Referer": centre.site.url}
    connection.request("POST", "/api/v1/articles", body=pieces, headers=headers, encode_chunked=True)
    assert connection.getresponse().status == 201
    connection.close()


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(site: Site) -> None:
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    with raw(site, head) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"a=b&c")
        assert connection.recv(100).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(("how", "megabytes"), [("declared", 14), ("declared", 60), ("chunked", 14), ("chunked", 60)])
def test_a_body_that_is_too_large_is_refused_and_not_kept(site: Site, how: str, megabytes: int) -> None:
    size = megabytes * 1024 * 1024
    target = urlsplit(site.url)
    connection = http.client.HTTPConnection(target.hostname or "", target.port)
    pieces = (bytes(65_536) for _ in range(size // 65_536))
    headers = {"Content-Length": str(size)} if how == "declared" else {}
    connection.request("POST", "/api/v1/articles", body=pieces, headers=headers, encode_chunked=how == "chunked")
    answer = connection.getresponse()
    assert answer.status == 413
    assert b'"too_large"' in answer.read()
    connection.close()
    assert Visitor(site.url).request("GET", "/healthz").status == 200


def test_a_body_that_is_going_to_be_too_large_is_refused_before_it_is_sent(site: Site) -> None:
    head = b"PUT /api/v1/articles/1/draft HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000000\r\n"
    with raw(site, head + b"Expect: 100-continue\r\n\r\n") as connection:
        assert connection.recv(1_000).startswith(b"HTTP/1.1 413 ")


def test_headers_that_imitate_others_are_dropped(site: Site) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_Proto: https\r\nConnection: close\r\n\r\n"
    with raw(site, request) as connection:
        assert read_to_end(connection).startswith(b"HTTP/1.1 200 ")


def test_four_slow_readers_do_not_keep_the_others_waiting(centre: Centre) -> None:
    """A page is written at once and sent at the client's pace: no thread waits for whoever reads slowly."""
    path = next(line for line in static_paths(centre.site) if line.endswith(".js"))
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    slow = [socket.create_connection((urlsplit(centre.site.url).hostname, urlsplit(centre.site.url).port))]
    slow += [socket.create_connection(slow[0].getpeername()) for _ in range(7)]
    try:
        for connection in slow:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.sendall(request * 50)
        started = time.monotonic()
        assert Visitor(centre.site.url).request("GET", "/healthz").status == 200
        assert time.monotonic() - started < 5
    finally:
        for connection in slow:
            connection.close()


def static_paths(site: Site) -> list[str]:
    """The addresses of static files that the sign-in page names."""
    page = Visitor(site.url).request("GET", "/accounts/login/").body.decode()
    return [part.split('"')[0] for part in page.replace("'", '"').split('="') if part.startswith("/static/")]


def test_static_files_come_with_hashed_names_and_long_lives(site: Site) -> None:
    paths = static_paths(site)
    assert paths
    for path in paths:
        answer = Visitor(site.url).request("GET", path.split("#")[0])
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert int(answer.headers["Content-Length"]) == len(answer.body) > 0


def test_whoever_hangs_up_leaves_nothing_behind(site: Site) -> None:
    for _ in range(20):
        with raw(site, b"GET /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n"):
            pass
        with raw(site, b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab"):
            pass
    assert Visitor(site.url).request("GET", "/healthz").status == 200
    assert "Traceback" not in site.logs()


# --- The end -----------------------------------------------------------------------------------------


@pytest.fixture
def restarted(centre: Centre) -> Iterator[Centre]:
    """The centre, for a test that ends its server; it runs again for the next."""
    yield centre
    centre.site.web.restart()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_and_says_goodbye_to_open_pages(restarted: Centre, number: signal.Signals) -> None:
    centre = restarted

    async def watch_it_stop() -> int | None:
        async with centre.clara.socket() as page:
            await page.hello()
            assert centre.site.web.running is not None
            centre.site.web.running.send_signal(number)
            return await page.closed()

    started = time.monotonic()
    assert asyncio.run(watch_it_stop()) == 1001
    assert centre.site.web.running is not None
    assert centre.site.web.running.wait(10) == 0
    assert time.monotonic() - started < 8
    assert "Traceback" not in centre.site.logs()


def test_a_page_that_was_asked_for_is_answered_before_it_stops(restarted: Centre) -> None:
    centre = restarted
    request = f"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: {centre.clara.headers()['Cookie']}\r\n\r\n".encode()
    with raw(centre.site, request) as connection:
        time.sleep(0.1)  # until it has been read, on a busy machine too
        assert centre.site.web.running is not None
        centre.site.web.running.send_signal(signal.SIGTERM)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_after_kill_9_it_starts_again_with_all_that_was_acknowledged(centre: Centre) -> None:
    article = centre.new_article()
    version = centre.publish(article, "Acknowledged.")
    centre.site.web.kill()
    centre.site.web.start()
    again = centre.admin.api("GET", f"articles/{article}")
    assert again["version"]["number"] == version["number"]
    assert "Acknowledged." in again["html"]


def test_an_address_that_is_taken_is_said_plainly(site: Site) -> None:
    port = str(urlsplit(site.url).port)
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", port],
        cwd=PROJECT, env=site.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_was_not_migrated_is_said_plainly(site: Site, tmp_path: object) -> None:
    environment = {**site.environment, "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", str(free_port())],
        cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "manage.py migrate" in done.stderr
