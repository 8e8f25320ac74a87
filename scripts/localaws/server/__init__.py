"""The HTTP server of the embedded AWS."""
