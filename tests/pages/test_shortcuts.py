"""Every key is told of: what a control of any page answers to is in the list behind the sheet and the help page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.test import Client

from articles import shortcuts
from articles.models import User

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = (*(PROJECT / "templates").rglob("*.html"), *(PROJECT / "static" / "src").glob("*.ts"))
OF_A_CONTROL = re.compile(r'aria-keyshortcuts="([A-Za-z0-9+]+)"')


def test_every_key_of_a_control_is_in_the_list_of_keys() -> None:
    used = {key.lower(): path.name for path in SOURCES for key in OF_A_CONTROL.findall(path.read_text())}
    told = shortcuts.known()
    assert {key: name for key, name in used.items() if key not in told} == {}, "Tell of it in articles/shortcuts.py"


def test_the_sheet_and_the_help_page_show_every_key(bob: User, signed_in: Callable[[User], Client]) -> None:
    html = signed_in(bob).get("/help/").content.decode()
    for group in shortcuts.GROUPS:
        for shortcut in group.shortcuts:
            for key in shortcut.keys:
                caps = "".join(f"<kbd>{cap}</kbd>" for cap in key.split())
                assert html.count(caps) >= 2  # on the page, and in the sheet of every page


def test_keys_pressed_together_have_a_cap_each_and_a_range_says_so(
    bob: User, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(bob).get("/help/").content.decode()
    assert '<span class="caps"><kbd>Ctrl</kbd><kbd>K</kbd></span>' in page
    assert '<kbd>1</kbd></span><span aria-hidden="true">–</span><span class="caps"><kbd>9</kbd>' in page


def test_keys_that_are_switched_off_are_shown_as_such(bob: User, signed_in: Callable[[User], Client]) -> None:
    assert 'class="off"' not in signed_in(bob).get("/help/").content.decode()
    bob.single_keys = False
    bob.save()
    html = signed_in(bob).get("/help/").content.decode()
    line = r'<dt><span class="caps"><kbd>(/|Ctrl</kbd><kbd>K)</kbd></span></dt><dd(.*?)>'
    does = dict(re.findall(line, html)[:2])
    assert does == {"/": ' class="off"', "Ctrl</kbd><kbd>K": ""}, "a sign is a single key, too"


def test_the_tour_is_offered_until_it_was_begun_or_refused(bob: User, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(bob)
    assert 'id="tour-offer"' in client.get("/").content.decode()
    assert client.get("/help/tour/").status_code == 405
    answer = client.post("/help/tour/", follow=True)
    assert 'id="tour-offer"' not in answer.content.decode()
    bob.refresh_from_db()
    assert bob.tour_done
