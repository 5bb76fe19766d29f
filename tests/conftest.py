"""What holds in every test."""

from hypothesis import settings

# The same examples in every run, on every machine: a failure is never one of chance.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
