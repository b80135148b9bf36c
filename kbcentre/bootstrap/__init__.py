"""From a fresh clone to a running centre, with nothing but Python's standard library.

These modules run before anything is installed, with the machine's own Python: they import no third-party package,
no Django, and nothing else of kbcentre.
"""
