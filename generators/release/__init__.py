"""A product: its folder, its template, its frozen versions. No AWS."""
