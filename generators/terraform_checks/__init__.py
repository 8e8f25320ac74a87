"""Checks on Terraform plans, one check a file in `checks`. Pure."""
