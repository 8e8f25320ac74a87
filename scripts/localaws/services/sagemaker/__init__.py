"""Amazon SageMaker Studio: domains and what lives in them: rows of the table, and what is particular to them.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""
