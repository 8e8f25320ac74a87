variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "Account that the roles live in."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "hub_account_id" {
  description = "Account that reads the inventory."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.hub_account_id))
    error_message = "hub_account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "data_key_arn" {
  description = "Key that the team's data is encrypted with."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.data_key_arn))
    error_message = "data_key_arn is the ARN of a KMS key."
  }
}
