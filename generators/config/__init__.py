"""The YAML files that people write: readers, schemas and error messages with file and line."""
