"""The tables of this app: what people confirmed that they have read."""

from .acknowledgement import Acknowledgement

__all__ = ["Acknowledgement"]
