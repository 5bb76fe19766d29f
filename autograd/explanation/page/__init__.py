"""The interactive page: one file with the graph, every step, sliders and a quiz; no network."""
