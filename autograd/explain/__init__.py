"""Seeing a computation: pictures, and the chain rule written out step by step."""
