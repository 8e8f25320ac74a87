"""What changed between two templates of a product, one concern a file. Pure."""
