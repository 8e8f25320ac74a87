variable "account_id" {
  description = "Account id of the spoke; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "team" {
  description = "Team that owns the account."
  type        = string
}

variable "environment" {
  description = "Environment of the account, one of platform.yaml, such as development."
  type        = string

  validation {
    condition     = contains(yamldecode(file("${path.module}/../../platform.yaml")).organization.environments, var.environment)
    error_message = "environment is none of organization.environments in platform.yaml; choose one of them."
  }
}

variable "cidr_block" {
  description = "IPv4 CIDR block of the account's VPC; scripts/vend reads it from terraform/ip_allocations.yaml."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr_block, 0))
    error_message = "cidr_block is an IPv4 block such as 10.20.0.0/22."
  }
}

variable "settings" {
  description = "Settings of platform.yaml, overridden by those of the team file."
  type = object({
    availability_zones       = number
    log_retention_days       = number
    budget_alert_percent     = number
    quota_training_instances = number
  })
}

variable "request" {
  description = "Values of the team file: owner, cost centre, and monthly budget in US dollars."
  type = object({
    owner       = string
    cost_centre = string
    budget      = number
  })
}

variable "hub" {
  description = "Account id of the hub, and its contract values by key of scope hub."
  type = object({
    account_id = string
    contracts  = map(string)
  })
}

variable "role_name" {
  description = "IAM role in the account that Terraform assumes."
  type        = string
  default     = "OrganizationAccountAccessRole"
}

variable "account_name" {
  description = "Name of the account, such as credit-risk-development."
  type        = string
}

variable "region" {
  description = "Region of this state."
  type        = string
}

variable "is_home_region" {
  description = "True in the team's first region, whose state holds the global resources."
  type        = bool
}

variable "organization_id" {
  description = "Id of the organisation."
  type        = string
}

variable "management_account_id" {
  description = "Account id of the management account, which holds the emergency users."
  type        = string
}

variable "log_archive" {
  description = "Destination of the account's audit logs."
  type = object({
    account_id  = string
    bucket_name = string
    key_arn     = string
  })
}

variable "accounts" {
  description = "Environment -> account id of the team."
  type        = map(string)
}
