"""Training: the loop, its callbacks, evaluation, and compiled steps."""
