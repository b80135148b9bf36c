"""Django's admin, for administrators: people, roles, topics and their grants, synonyms, the event log.

It goes through the same actions as everything else, so whatever is changed here is an event and open pages follow.
"""

from . import categories, log, people, synonyms  # noqa: F401
