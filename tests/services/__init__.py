"""Real servers for tests and measurements: PostgreSQL, Redis, Chromium, and the product itself.

Each is a context manager that starts a throwaway process on a free port of 127.0.0.1 and ends it by its id.
"""
