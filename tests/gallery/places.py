"""What the addresses of the table of pages lead to: things of the demo centre, and some that are made to be looked at."""

from __future__ import annotations

import io
import re
import time
import zipfile

from django.core.signing import TimestampSigner

from tests.live.clients import PATIENCE, Visitor, visitor
from tests.services.site import Site

BOUNDARY = "a-line-between-the-parts"


def places(site: Site) -> dict[str, int | str]:
    """A value for each of `pages.NAMES`. Makes an import and a forgotten password."""
    numbers = found(site)
    user, key = _forgotten_password(site)
    return {
        **numbers, "import_job": _an_import(visitor(site, "maria")), "reset_user": user, "reset_key": key,
        "unsubscribe": _way_out_of_mail(site, numbers["clara"]),
    }  # fmt: skip


def found(site: Site) -> dict[str, int]:
    """What the demo centre has: the number of each thing, as a program would find it."""
    maria, clara = visitor(site, "maria"), visitor(site, "clara")
    lines = maria.api("GET", "articles?limit=200")["items"]
    lines.sort(key=lambda line: (line["version"] or {"number": 0})["number"], reverse=True)
    many = lines[0]
    proposal = _first(maria, "proposals")
    me = clara.api("GET", "me")["id"]
    read = (line["id"] for line in clara.api("GET", "articles?limit=200&scope=all")["items"])
    said = (one for article in read for one in clara.api("GET", f"articles/{article}/comments")["items"])
    comment = next(one for one in said if one["author"]["id"] == me)
    flags = maria.api("GET", "flags?status=open&limit=200")["items"]
    return {
        "many": many["id"],
        "number": many["version"]["number"],
        "before": many["version"]["number"] - 1,
        "must_read": next(
            line["id"] for line in lines if (line["version"] or {}).get("significance") == "must-read"
        ),
        "draft": next(line["id"] for line in lines if line["status"] == "draft"),
        "archived": _first(maria, "articles?status=archived")["id"],
        "suggestion": _first(maria, "suggestions")["id"],
        "proposal": proposal["id"],
        "proposed": proposal["article"],
        "plan": _first(maria, "plans")["id"],
        "clara": me,
        "flag": _first(maria, "flags?status=assigned")["id"],
        "urgent": next(line["article"] for line in flags if line["severity"] == "urgent"),
        "talked": comment["article"],
        "comment": comment["id"],
        "note": _first(clara, "notes")["id"],
        "notice": _first(maria, "notices/managed")["id"],
    }  # fmt: skip


def _first(person: Visitor, what: str) -> dict[str, int]:
    line: dict[str, int] = person.api("GET", what)["items"][0]
    return line


def _an_import(person: Visitor) -> int:
    """The number of an import that is done, with a file that became a draft and one that did not."""
    files = io.BytesIO()
    with zipfile.ZipFile(files, "w") as archive:
        archive.writestr("home-compost.md", "# Compost at home\n\nNothing is paid for it. Tell us before you begin.")
        archive.writestr("old-price-list.docx", b"no document")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', person.request("GET", "/import/").body)
    assert token
    fields = {"csrfmiddlewaretoken": token[1].decode(), "category": "waste"}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(
        b'Content-Disposition: form-data; name="upload"; filename="waste.zip"\r\nContent-Type: application/zip\r\n\r\n'
        + files.getvalue()
    )
    line = f"--{BOUNDARY}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Referer": f"{person.url}/import/"}
    address = person.request("POST", "/import/", body, headers).headers["Location"]
    until = time.monotonic() + PATIENCE * 3
    while b'class="tag ok"' not in person.request("GET", address).body:
        assert time.monotonic() < until, "the import does not end"
        time.sleep(0.2)
    return int(address.strip("/").rpartition("/")[2])


def _forgotten_password(site: Site) -> tuple[str, str]:
    """What stands in the address that Carl is mailed; sites without a mail server write mail into their log."""
    Visitor(site.url).submit("/accounts/password/reset/", email="carl@example.org")
    found = re.findall(r"/accounts/password/reset/key/(\w+)-([\w-]+)/", site.web.log.read_text())
    user, key = found[-1]
    return user, key


def _way_out_of_mail(site: Site, user_id: int) -> str:
    """The token with which mail about answered flags ends (notifications/channels/letter.py)."""
    signer = TimestampSigner(key=site.environment["SECRET_KEY"], salt="notifications.unsubscribe", fallback_keys=[])
    return signer.sign_object([user_id, "flag.resolved"], compress=True)
