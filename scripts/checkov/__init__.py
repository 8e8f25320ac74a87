"""Checkov over the Terraform, in an environment of its own."""
