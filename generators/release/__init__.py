"""A product folder and its frozen versions; no AWS."""
