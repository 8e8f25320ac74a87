variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "Account whose resources are recorded."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "archive_bucket_name" {
  description = "Bucket of the log archive account."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.archive_bucket_name))
    error_message = "archive_bucket_name is the name of a bucket, output bucket_name of module log_archive."
  }
}

variable "archive_key_arn" {
  description = "KMS key that encrypts the deliveries."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.archive_key_arn))
    error_message = "archive_key_arn is the ARN of a KMS key, output key_arn of module log_archive."
  }
}

variable "region" {
  description = "Region that is recorded."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}

variable "is_home_region" {
  description = "True in the account's home region, which records global resources."
  type        = bool
  default     = true
}

variable "rules" {
  description = "Managed rules of AWS Config, by identifier."
  type        = set(string)
  default = [
    "CLOUD_TRAIL_ENABLED", "CLOUD_TRAIL_ENCRYPTION_ENABLED", "CMK_BACKING_KEY_ROTATION_ENABLED", "EC2_EBS_ENCRYPTION_BY_DEFAULT",
    "EC2_IMDSV2_CHECK", "ECR_PRIVATE_IMAGE_SCANNING_ENABLED", "ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED", "GUARDDUTY_ENABLED_CENTRALIZED",
    "IAM_PASSWORD_POLICY", "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", "IAM_ROOT_ACCESS_KEY_CHECK", "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC", "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "S3_BUCKET_SSL_REQUESTS_ONLY",
    "S3_BUCKET_VERSIONING_ENABLED", "S3_DEFAULT_ENCRYPTION_KMS", "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
    "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS", "SNS_ENCRYPTED_KMS", "VPC_DEFAULT_SECURITY_GROUP_CLOSED", "VPC_FLOW_LOGS_ENABLED",
  ]

  validation {
    condition     = alltrue([for rule in var.rules : can(regex("^[A-Z0-9_]+$", rule))])
    error_message = "rules holds identifiers of managed rules, such as S3_BUCKET_SSL_REQUESTS_ONLY."
  }
}
