"""Terraform for the platform: which root module, for which account, with which state."""
