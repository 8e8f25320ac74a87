"""The IAM policy language: documents, conditions, and the decision of all policies together. Pure."""
