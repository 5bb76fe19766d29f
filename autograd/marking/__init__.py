"""Checking work that was done by hand: claims about the values and derivatives of a program."""
