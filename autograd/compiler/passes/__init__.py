"""Passes: rewrites of a graph before a program is written."""
