variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "Account in which people request the role."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "region" {
  description = "Region of the state machine."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}

variable "management_account_id" {
  description = "Account of the emergency users, who assume the role."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management_account_id))
    error_message = "management_account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "roles_file" {
  description = "Path of terraform/roles.yaml, which defines the break-glass role and its trust."
  type        = string
}

variable "topic_arn" {
  description = "Encrypted SNS topic that receives each grant, revocation and refusal."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[\\w-]+$", var.topic_arn))
    error_message = "topic_arn is the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME."
  }
}

variable "key_arn" {
  description = "KMS key of the topic and of the state machine's log group."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "key_arn is the ARN of a key (not of an alias), arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}
