"""The generated documents: tables of module READMEs, docs/roles.md, the picture of the folders, JSON schemas."""
