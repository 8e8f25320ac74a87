variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "log_group_name" {
  description = "Log group of the account's CloudTrail events, from module audit_trail."
  type        = string

  validation {
    condition     = can(regex("^[\\w./#-]{1,512}$", var.log_group_name))
    error_message = "log_group_name is the name of a log group, output log_group_name of module audit_trail."
  }
}

variable "key_arn" {
  description = "KMS key of the topic; its policy must allow CloudWatch to use it."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is an ARN that begins with arn:aws:kms:."
  }
}

variable "addresses" {
  description = "E-mail addresses that receive the alarms; each confirms its subscription once."
  type        = set(string)

  validation {
    condition     = alltrue([for address in var.addresses : can(regex("^[^@ ]+@[^@ ]+$", address))])
    error_message = "addresses holds e-mail addresses such as team@bank.example."
  }
}
