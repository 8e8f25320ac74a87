"""Amazon EMR and EMR Serverless: clusters and applications that are stored and shown, and run nothing.

https://docs.aws.amazon.com/emr/latest/APIReference/Welcome.html
"""
