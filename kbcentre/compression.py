"""Pages go over the wire compressed; what is not a page goes as it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Django's compression, with its answer to BREACH (a name of random length in each answer), for HTML alone.

    Streams would be held back until a block is full, and the API's ETags are compared byte by byte.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a whole page for those who can read it so."""
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
