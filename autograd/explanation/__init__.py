"""Explaining and drawing what was recorded: every step, its local derivatives and the picture."""
