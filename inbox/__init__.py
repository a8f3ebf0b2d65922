"""The domain: what agents and contacts can do, in plain Python and the standard library only."""
