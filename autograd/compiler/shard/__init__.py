"""Sharding: one program split along the batch and run by several threads."""
