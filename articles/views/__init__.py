"""Pages: they parse, call an action or read for one person, and answer. No rule lives here."""
