variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name_prefix))
    error_message = "name_prefix is 2 to 31 lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "Account that hosts the models."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is an AWS account id of twelve digits, in quotes so that a leading zero stays."
  }
}

variable "region" {
  description = "Region of the models."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
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

variable "access_log_bucket" {
  description = "Bucket that receives the access logs."
  type        = string
}

variable "network" {
  description = "VPC of the account, and the destinations that models may reach over HTTPS."
  type = object({
    vpc_id                     = string
    endpoint_security_group_id = string
    s3_prefix_list_id          = string
  })
}
