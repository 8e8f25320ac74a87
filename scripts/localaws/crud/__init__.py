"""Generic create, read, update, delete and list operations over stored resources."""
