"""SageMaker pipelines: definitions, and executions whose steps are jobs, models and model packages."""
