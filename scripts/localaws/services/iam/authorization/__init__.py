"""Authorization of every request by IAM policies."""
