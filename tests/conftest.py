"""What holds in every test."""

from hypothesis import settings

import autograd

# pytest imports the files of `autograd/verify` for their examples. Had the package not been there
# before, it would bind the name of this function to that folder.
assert callable(autograd.verify)

# The same examples in every run, on every machine: a failure is never one of chance.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
