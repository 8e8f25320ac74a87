"""AWS's policy language: documents, conditions, and what all policies together decide. Pure; IAM is all it knows."""
