variable "name" {
  description = "Name of the bucket, globally unique."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,62}$", var.name))
    error_message = "name is 3 to 63 lower-case letters, digits and dashes."
  }
}

variable "kms_key" {
  description = "Customer managed key that encrypts the objects; without one, S3's own keys (SSE-S3) encrypt them."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^arn:aws[a-z-]*:kms:", var.kms_key.arn))
    error_message = "kms_key.arn is the ARN of a KMS key."
  }
}

variable "access_logs" {
  description = "Bucket that receives the server access logs; without one, there are none."
  type        = object({ bucket = string })
  default     = null
}

variable "object_lock" {
  description = "Default retention of Object Lock: mode (GOVERNANCE or COMPLIANCE) and days; without it, the bucket has no Object Lock."
  type        = object({ mode = string, days = number })
  default     = null

  validation {
    condition     = var.object_lock == null || try(contains(["COMPLIANCE", "GOVERNANCE"], var.object_lock.mode) && var.object_lock.days >= 1, false)
    error_message = "object_lock.mode is COMPLIANCE or GOVERNANCE, object_lock.days at least 1."
  }
}

variable "policy_statements" {
  description = "Statements of the bucket policy in front of the one that denies requests without TLS."
  type        = any
  default     = []

  validation {
    condition     = alltrue([for statement in var.policy_statements : can(statement.Sid) && can(statement.Effect)])
    error_message = "policy_statements is a list of IAM policy statements, each with Sid and Effect."
  }
}
