"""Amazon SageMaker: Studio, the model registry, endpoints, monitors and projects, as stored resources.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""
