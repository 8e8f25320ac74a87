variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name_prefix))
    error_message = "name_prefix is 2 to 31 lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "Account that owns the roles."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is an AWS account id of twelve digits, in quotes so that a leading zero stays."
  }
}

variable "data_key_arn" {
  description = "KMS key of the team's data in this account."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.data_key_arn))
    error_message = "data_key_arn is the ARN of a key (not of an alias)."
  }
}
