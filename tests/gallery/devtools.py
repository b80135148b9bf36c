"""Chromium as people have it, driven over its DevTools protocol: it draws pages ahead, which Playwright switches off.

A page that was drawn ahead is a target of its own, which takes the place of the one on the screen when its link is
followed. Only a client that attaches to the *tab* sees that, and only with such a client does Chromium draw ahead at all
(https://chromedevtools.github.io/devtools-protocol/tot/Target/: `createTarget` with `forTab`).
"""

from __future__ import annotations

import itertools
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.gallery.browser import ARGUMENTS, PASSWORD
from tests.services.install import chromium_binary
from tests.services.processes import DidNotStart, stop

PATIENCE_S = 30.0
GLANCE_S = 0.02
FURTHER = ("--remote-debugging-port=0", "--window-size=1280,900")
KEYS = {"Enter": ("\r", 13), "Escape": ("", 27), "ArrowDown": ("", 40), "ArrowUp": ("", 38), "/": ("/", 191)}


class Failed(RuntimeError):
    """The browser could not do what it was told, or a script threw; the message says what."""


class Tab:
    """One tab: what is typed goes to the page that is on the screen, also when another page takes its place."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, tuple[str, bool]] = {}  # target: its session, and whether it is out of sight
        self._ended: set[str | None] = set()
        target = self._send("Target.createTarget", url="about:blank", forTab=True)["targetId"]
        session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        watch = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}
        self._send("Target.setAutoAttach", session, **watch)
        self._wait_for(lambda: bool(self._pages))

    def goto(self, url: str) -> None:
        """Open an address, and wait until the page is there."""
        self._on_screen("Page.navigate", url=url)
        self.until(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")

    def press(self, key: str) -> None:
        """Press and release a key of `KEYS`, or a letter, a digit or a space."""
        text, code = KEYS.get(key, (key, ord(key[0].upper())))
        down = {"key": key, "text": text, "windowsVirtualKeyCode": code}
        self._on_screen("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **down)
        with suppress(Failed):  # the page that it was pressed on may have gone already
            self._on_screen("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, words: str) -> None:
        """Press one key after the other, without a pause."""
        for letter in words:
            self.press(letter)

    def evaluate(self, script: str) -> Any:
        """The value of an expression, or of what it promises, in the page on the screen. Raises Failed."""
        return self._value(self._shown(), script)

    def until(self, script: str, seconds: float = PATIENCE_S) -> None:
        """Wait until an expression is true in the page on the screen. Raises Failed after so many seconds."""

        def holds() -> bool:
            try:
                return bool(self.evaluate(f"Promise.resolve({script}).then((value) => !!value)"))
            except Failed:
                return False  # between two pages

        if not self._wait_for(holds, seconds):
            raise Failed(f"not true after {seconds} s: {script}")

    def sign_in(self, url: str, username: str) -> None:
        """Sign in to the centre at `url`, and wait until home is live."""
        self.goto(f"{url}/accounts/login/")
        for name, value in (("login", username), ("password", PASSWORD)):
            self.evaluate(f"document.querySelector('input[name={name}]').value = {json.dumps(value)}")
        self.evaluate("document.querySelector('form[data-sign-in]').requestSubmit()")
        self.until(LIVE)

    def allow(self, url: str, *permissions: str) -> None:
        """Give the pages of an origin permissions, by their names in the protocol."""
        self._send("Browser.grantPermissions", origin=url, permissions=list(permissions))

    def until_drawn_ahead(self) -> None:
        """Wait until the browser has the whole HTML of a page out of sight. Raises Failed."""

        def is_ready() -> bool:
            for session, out_of_sight in list(self._pages.values()):
                if out_of_sight and self._value(
                    session, "document.prerendering && !!document.getElementById('arrived')"
                ):
                    return True
            return False

        if not self._wait_for(is_ready):
            raise Failed("no page was drawn ahead")

    def _value(self, session: str, script: str) -> Any:
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        done = self._send("Runtime.evaluate", session, **asked)
        if "exceptionDetails" in done:
            raise Failed(str(done["exceptionDetails"]))
        return done["result"].get("value")

    def _on_screen(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._send(method, self._shown(), **parameters)

    def _shown(self) -> str:
        for session, out_of_sight in reversed(self._pages.values()):  # who has just come, before whom it replaces
            if not out_of_sight:
                return session
        raise Failed("there is no page on the screen")

    def _send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps(message if session is None else {**message, "sessionId": session}))
        deadline = time.monotonic() + PATIENCE_S
        while number not in self._answers:
            if session in self._ended or time.monotonic() > deadline:
                raise Failed(f"{method} was not answered")
            self._listen(GLANCE_S)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _wait_for(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                return False
            self._listen(GLANCE_S)
        return True

    def _listen(self, seconds: float) -> None:
        try:
            message = json.loads(self._socket.recv(seconds))
        except TimeoutError:
            return
        if "id" in message:
            self._answers[message["id"]] = message
        elif message["method"] == "Target.attachedToTarget":
            self._note(message["params"]["targetInfo"], message["params"]["sessionId"])
        elif message["method"] == "Target.targetInfoChanged":
            info = message["params"]["targetInfo"]
            if info["targetId"] in self._pages:
                self._note(info, self._pages[info["targetId"]][0])
        elif message["method"] == "Target.detachedFromTarget":
            ended = message["params"]["sessionId"]
            self._ended.add(ended)
            self._pages = {target: page for target, page in self._pages.items() if page[0] != ended}

    def _note(self, info: dict[str, Any], session: str) -> None:
        if info["type"] == "page":
            self._pages[info["targetId"]] = (session, info.get("subtype") == "prerender")


LIVE = "document.querySelector('#live-status[data-state=live]')"


@contextmanager
def tab() -> Iterator[Tab]:
    """A tab of a headless Chromium with a new profile. Raises DidNotStart, also where there is no Chromium."""
    binary = chromium_binary()
    if binary is None:
        raise DidNotStart("Chromium is not installed.")
    with tempfile.TemporaryDirectory(prefix="kb-chromium-", ignore_cleanup_errors=True) as profile:
        command = [str(binary), *ARGUMENTS, *FURTHER, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_address(Path(profile), process), max_size=None) as socket:
                yield Tab(socket)
        finally:
            stop(process, seconds=5)


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the browser listens: it writes that into its profile."""
    written = profile / "DevToolsActivePort"
    deadline = time.monotonic() + PATIENCE_S
    while not written.exists() or written.read_text().count("\n") < 1:
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart("Chromium did not start.")
        time.sleep(GLANCE_S)
    port, path = written.read_text().split("\n")[:2]
    return f"ws://127.0.0.1:{port}{path}"
