"""Compares two versions of a product's template, one concern for each file. Pure."""
