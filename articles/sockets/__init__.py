"""What every socket needs, whatever it carries: who is at the other end, from where, and how bytes get there.

Knows nothing of drafts or events; used by `articles.drafts` and by `notifications`.
"""
