"""PyTorch as a second opinion on every operation, and on every function made of them."""
