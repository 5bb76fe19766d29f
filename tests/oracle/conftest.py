"""Only tests are collected here: what they use cannot be imported without PyTorch."""

collect_ignore = ["bridge.py", "composites", "operations"]
