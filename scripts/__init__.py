"""The commands a person runs: catalog, vend, demo, and the embedded AWS."""
