"""Amazon EMR and EMR Serverless: stored clusters and applications, which run nothing.

https://docs.aws.amazon.com/emr/latest/APIReference/Welcome.html
"""
