"""Requests per second of the article page and the search page, signed in, beside a trivial Django page.

    python -m tests.bench pages

Aims: .5 of the trivial page for the article, .25 for the search, under gunicorn with two workers and under `serve`.
Everything is measured in one run, in turns, so that what else the machine does hits all alike; ratios are what counts.
The trivial page under `serve` tells what one process can answer at the most, beside the two of gunicorn.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.bench.load import requests_per_second
from tests.services.ports import HOST, free_port, wait_until_listens
from tests.services.processes import DidNotStart, stop
from tests.services.site import PROJECT, Site, running_site

ROUNDS = 3
QUERY = "garden waste fee"


def sign_in(url: str, name: str = "clara") -> dict[str, str]:
    """The cookie header of a signed-in browser."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{url}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, "the sign-in page has no CSRF token"
    form = {"login": name, "password": "demo", "csrfmiddlewaretoken": token[1]}
    browser.open(f"{url}/accounts/login/", urllib.parse.urlencode(form).encode()).read()
    cookies = {cookie.name: cookie.value for cookie in jar}
    assert "sessionid" in cookies, "signing in failed"
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def gunicorn(site: Site, application: str) -> AbstractContextManager[str]:
    """gunicorn with two workers on the data of a site."""
    port = free_port()
    command = ["-m", "gunicorn", application, "-w", "2", "-b", f"{HOST}:{port}", "--log-level", "error"]
    return _server(site, command, port, trivial=application.startswith("tests."))


def one_process(site: Site) -> AbstractContextManager[str]:
    """The trivial page in the web server of `serve`."""
    port = free_port()
    return _server(site, ["-m", "tests.bench.trivial_serve", str(port)], port, trivial=True)


@contextmanager
def _server(site: Site, command: list[str], port: int, *, trivial: bool) -> Iterator[str]:
    environment = {**site.environment}
    if trivial:
        environment["DJANGO_SETTINGS_MODULE"] = "tests.bench.trivial_settings"
    process = subprocess.Popen([sys.executable, *command], cwd=PROJECT, env=environment)
    try:
        if not wait_until_listens(port, seconds=60):
            raise DidNotStart(command[1])
        time.sleep(2)  # gunicorn's master listens before its workers have loaded the product
        yield f"http://{HOST}:{port}"
    finally:
        stop(process)


def article_path(site: Site, cookies: dict[str, str]) -> str:
    """The address of the longest answer that the search finds first."""
    url = f"{site.url}/api/v1/search?q={urllib.parse.quote(QUERY)}"
    hits = json.load(urllib.request.urlopen(urllib.request.Request(url, headers=cookies)))["hits"]
    answer = urllib.request.urlopen(urllib.request.Request(f"{site.url}/articles/{hits[0]['id']}/", headers=cookies))
    return urllib.parse.urlsplit(answer.url).path


def main() -> int:
    with (
        running_site(demo=True) as site,
        gunicorn(site, "kbcentre.wsgi") as pages,
        gunicorn(site, "tests.bench.trivial") as trivial,
        one_process(site) as trivial_in_one,
    ):
        cookies = sign_in(site.url)
        article, search = article_path(site, cookies), f"/search/?q={urllib.parse.quote(QUERY)}"
        targets = {
            "trivial page, gunicorn": trivial + "/",
            "trivial page, serve": trivial_in_one + "/",
            "article, gunicorn": pages + article,
            "article, serve": site.url + article,
            "search, gunicorn": pages + search,
            "search, serve": site.url + search,
        }
        found: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(ROUNDS):
            for name, url in targets.items():
                found[name].append(requests_per_second(url, cookies))
        baseline = statistics.median(found["trivial page, gunicorn"])
        print(f"{'page':26} {'requests/s':>10} {'× trivial':>10}   aim")
        for name, rates in found.items():
            rate = statistics.median(rates)
            aim = ".5" if name.startswith("article") else ".25" if name.startswith("search") else ""
            print(f"{name:26} {rate:10.0f} {rate / baseline:10.2f}   {aim}")
    return 0
