"""The running demo centre, as the tests of open pages have it."""

from tests.live.conftest import centre

__all__ = ["centre"]
