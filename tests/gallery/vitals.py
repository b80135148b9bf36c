"""What a page costs and how it feels, by the browser's own account: bytes over the wire, and Google's web vitals.

LCP, CLS and INP are what the browser reports to a PerformanceObserver (web.dev/vitals); INP is the longest of the
interactions here, as it is for pages with fewer than fifty. Bytes are what the network layer counted, headers included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.gallery.browser import at_rest

# Asked of an open page; entries from before the observer began are given too (buffered).
OBSERVE = """() => {
    const seen = { lcp: 0, cls: 0, inp: 0 };
    window.vitals = seen;
    const watch = (type, note, more = {}) =>
        new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
    watch("largest-contentful-paint", entry => { seen.lcp = entry.startTime });
    watch("layout-shift", entry => { if (!entry.hadRecentInput) seen.cls += entry.value });
    watch("event", entry => { if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration) }, { durationThreshold: 16 });
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True)
class Vitals:
    """One visit of a page."""

    wire: int  # bytes
    requests: int
    lcp: float  # ms
    cls: float
    inp: float  # ms, of the slowest interaction; under 16 it is not reported, and 0


def visit(page: Page, path: str, interact: Callable[[Page], None] | None = None) -> Vitals:
    """Open `path` in `page`, with whatever its cache holds already, and do something on it."""
    session = page.context.new_cdp_session(page)
    counted: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: counted.append(event["encodedDataLength"]))
    page.goto(path)
    page.evaluate(OBSERVE)
    at_rest(page)
    arrived = [size for size in counted if size > 0]
    if interact:
        interact(page)
    page.evaluate(TWO_FRAMES)
    found = page.evaluate("window.vitals")
    session.detach()
    return Vitals(int(sum(arrived)), len(arrived), found["lcp"], found["cls"], found["inp"])
