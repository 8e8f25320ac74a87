variable "name" {
  description = "Name of the bucket, globally unique."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,62}$", var.name))
    error_message = "name is 3 to 63 lower-case letters, digits and dashes."
  }
}

variable "writer_arn" {
  description = "ARN of the release role, the only writer."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_-]+$", var.writer_arn))
    error_message = "writer_arn is the ARN of one role, without a wildcard."
  }
}

variable "key_arn" {
  description = "Customer managed key of the templates."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is the ARN of a KMS key."
  }
}

variable "access_log_bucket" {
  description = "Bucket that receives the access logs."
  type        = string
}

variable "retention_days" {
  description = "Retention of a published template in days (Object Lock, GOVERNANCE)."
  type        = number
  default     = 3650

  validation {
    condition     = var.retention_days >= 1
    error_message = "retention_days is at least 1; published templates are evidence."
  }
}

variable "organization_id" {
  description = "Organisation whose accounts read the initial content of projects."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}
