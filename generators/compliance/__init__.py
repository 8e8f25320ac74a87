"""Compliance evidence: the controls of terraform/controls.yaml, and what proves each of them for a release."""
