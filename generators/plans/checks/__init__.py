"""One idea a file."""
