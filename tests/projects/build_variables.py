"""Environment variables of the training pipeline's builds: the interface between product and project."""

IMAGE = "111111111111.dkr.ecr.eu-west-2.amazonaws.com/mlops/{}@sha256:" + 64 * "0"
ENVIRONMENT = {
    "PIPELINE_NAME": "credit-risk-default",
    "EXPERIMENT_NAME": "credit-risk-default",
    "ROLE_ARN": "arn:aws:iam::222222222222:role/studio-developer",
    "MODEL_PACKAGE_GROUP": "credit-risk-default",
    "MODEL_BUCKET": "mlops-credit-risk-models",
    "DATA_BUCKET": "mlops-credit-risk-data",
    "ARTIFACT_BUCKET": "mlops-credit-risk-artifacts",
    "SUBNET_IDS": "subnet-0aaaaaaaaaaaaaaaa,subnet-0bbbbbbbbbbbbbbbb",
    "SECURITY_GROUP_IDS": "sg-0aaaaaaaaaaaaaaaa",
    "DATA_KEY_ARN": "arn:aws:kms:eu-west-2:222222222222:key/00000000-0000-0000-0000-000000000000",
    "PROCESSING_IMAGE": IMAGE.format("processing"),
    "TRAINING_IMAGE": IMAGE.format("training"),
    "INFERENCE_IMAGE": IMAGE.format("inference"),
    "PACKAGE_INDEX_DOMAIN": "mlops",
    "PACKAGE_INDEX_REPOSITORY": "approved-packages",
    "PACKAGE_INDEX_ACCOUNT": "111111111111",
    "AWS_REGION": "eu-west-2",
    "CODEBUILD_RESOLVED_SOURCE_VERSION": "0123456789abcdef0123456789abcdef01234567",
}
