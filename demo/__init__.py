"""A seeded inbox to look at: `make demo`."""
