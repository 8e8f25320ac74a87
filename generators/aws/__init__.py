"""AWS sessions, credentials and errors. Only this package and the clients of generators.catalog import boto3 (ruff)."""
