"""Everything that a person can do to the knowledge base: one function each, and the only writers of its tables.

Every action asks `access` first (absent and forbidden raise the same NotFound), then writes in one transaction
that ends with `events.record`. Views, API, commands and import call these; none of them has a rule of its own.
"""
