"""SageMaker jobs: processing, training, tuning and batch transform, each container a process of this machine."""
