"""Requests per second of a page on loopback, from a process of its own.

`wrk` is used where it is installed (it costs a fraction of what is measured); else eight threads of Python, whose own
cost then flatters the slower page a little. Both are bounded in time.
"""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

CONNECTIONS = 8


def requests_per_second(url: str, headers: Mapping[str, str], seconds: float = 6) -> float:
    """How many answers with status 200 arrive each second with eight connections at once.

    Raises RuntimeError when anything else than 200 is answered: a fast error is no fast page.
    """
    _check(url, headers)
    if wrk := shutil.which("wrk"):
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", *_flags(headers), url]
        output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
        if "Non-2xx" in output:
            raise RuntimeError(output)
        found = re.search(r"Requests/sec:\s+([\d.]+)", output)
        if not found:
            raise RuntimeError(output)
        return float(found[1])
    return _with_threads(url, headers, seconds)


def _flags(headers: Mapping[str, str]) -> list[str]:
    return [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]


def _check(url: str, headers: Mapping[str, str]) -> None:
    status, _body = _get(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30), url, headers)
    if status != 200:
        raise RuntimeError(f"{url} answers {status}")


def _get(connection: http.client.HTTPConnection, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(headers))
    answer = connection.getresponse()
    return answer.status, answer.read()


def _with_threads(url: str, headers: Mapping[str, str], seconds: float) -> float:
    counts: list[int] = []
    end = time.monotonic() + seconds

    def work() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        count = 0
        while time.monotonic() < end:
            status, _body = _get(connection, url, headers)
            count += status == 200
        counts.append(count)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
