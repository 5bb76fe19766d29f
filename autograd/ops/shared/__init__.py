"""Code that the derivative rules of several operations share."""
