"""The NumPy target: one line of NumPy for each step of a program."""
