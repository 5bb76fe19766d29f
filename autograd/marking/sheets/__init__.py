"""Worksheets on paper: a blank sheet to fill in, and the key with every step."""
