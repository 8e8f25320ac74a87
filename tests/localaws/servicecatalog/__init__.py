"""Service Catalog of the embedded AWS."""
