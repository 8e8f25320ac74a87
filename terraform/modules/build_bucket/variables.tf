variable "name" {
  description = "Name of the bucket, unique in the world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,62}$", var.name))
    error_message = "name is 3 to 63 lower-case letters, digits and dashes."
  }
}

variable "key_arn" {
  description = "Customer key of the objects."
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
