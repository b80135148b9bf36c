"""Telling people what happened: from the event log to every open page.

    hub.py          one per web process: reads the log in order, decides for each open page, writes
    delivery.py     which events a person may know of, and as which frame
    connections.py  one open page: who it is, what it watches, how far it has come
    outlets.py      how bytes reach it: a WebSocket or an HTTP stream
    consumer.py, stream.py   the two doors
    presence.py     who else is reading

This package imports `articles`; `articles` knows nothing of it.
"""
