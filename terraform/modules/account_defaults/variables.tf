variable "key_arn" {
  description = "Default KMS key of EBS volumes."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is an ARN that begins with arn:aws:kms:."
  }
}

variable "is_home_region" {
  description = "True in the account's home region, where global settings are applied."
  type        = bool
  default     = true
}

variable "password_length" {
  description = "Minimum length of IAM user passwords; no user should have one."
  type        = number
  default     = 16

  validation {
    condition     = var.password_length >= 14 && var.password_length <= 128
    error_message = "password_length is 14 to 128."
  }
}
