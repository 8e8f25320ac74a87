"""The one door to AWS: nothing outside this package imports boto3 (ruff enforces it)."""
