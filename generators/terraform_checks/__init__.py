"""Checks on Terraform plans: `model` is the plan and a check as values, `checks` has one check a file. Pure."""
