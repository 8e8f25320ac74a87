"""STS: sessions of existing roles, for callers that the role's trust policy allows.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""
