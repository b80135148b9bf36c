"""Measurements, each beside a baseline that is measured in the same run: `make bench`, or one of them with
`.venv/bin/python -m tests.bench search`.

A module `bench_<name>.py` has a function `main()` that measures and prints.
"""
