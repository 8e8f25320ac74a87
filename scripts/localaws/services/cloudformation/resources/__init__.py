"""CloudFormation resource types, grouped by service."""
