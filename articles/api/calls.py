"""Was it answered? The outcome of calls."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema, Status

from .. import access
from ..actions import calls
from ..insights import article_calls
from ..signed_in import SignedInRequest

router = Router(tags=["calls"])


class CallIn(Schema):
    article: int | None = None
    customer_helped: bool
    article_helped: bool
    query: str = ""


@router.post("calls", response={201: Any})
def note(request: SignedInRequest, data: CallIn) -> Status[dict[str, Any]]:
    """The end of a call: did the customer get what they needed, did the article do its job?"""
    made = calls.note_call(
        request.user, data.article, customer_helped=data.customer_helped, article_helped=data.article_helped,
        query=data.query,
    )  # fmt: skip
    return Status(201, {"id": made.pk})


@router.delete("calls/{int:call_id}", response={204: None})
def take_back(request: SignedInRequest, call_id: int) -> Status[None]:
    """Take your own record of the last ten minutes back."""
    calls.take_back_call(request.user, call_id)
    return Status(204, None)


@router.get("articles/{int:article_id}/calls")
def of_article(request: SignedInRequest, article_id: int, days: int = 90) -> dict[str, Any]:
    """How often an article was asked for and did its job in the last days: for those who care for it."""
    access.fetch_article(request.user, "review", article_id)
    total, customers, articles = article_calls(article_id, min(max(days, 1), 400))
    return {"calls": total, "customer_helped": customers, "article_helped": articles}
