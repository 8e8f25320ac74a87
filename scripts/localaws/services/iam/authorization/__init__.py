"""IAM authorization of each request."""
