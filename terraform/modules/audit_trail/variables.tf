variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "Account whose API calls are recorded."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "region" {
  description = "Home region of the trail; it records every region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}

variable "archive" {
  description = "Bucket of the log archive account, and the KMS key that encrypts it."
  type = object({
    bucket_name = string
    key_arn     = string
  })
}

variable "logs_key_arn" {
  description = "KMS key of the account's log groups."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.logs_key_arn))
    error_message = "logs_key_arn is an ARN that begins with arn:aws:kms:."
  }
}

variable "retention_days" {
  description = "Retention of the log group in days, one of the values that CloudWatch Logs accepts."
  type        = number

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.retention_days)
    error_message = "retention_days is one of CloudWatch's numbers, such as 30, 90, 180 or 365."
  }
}
