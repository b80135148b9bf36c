"""The server of `manage.py serve`: daphne for sockets and streams, a pool of long-lived threads for pages.

Django's own ASGI handler gives every request a new thread and so a new database connection; pages answered by a few
threads that live as long as the process, each with its connection, are three times as many in a second.
"""
