"""Layers; `nn` itself is their public face."""
