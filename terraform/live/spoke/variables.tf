variable "account_id" {
  description = "The spoke account; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "team" {
  description = "The team that the account belongs to."
  type        = string
}

variable "environment" {
  description = "One of the environments of platform.yaml, such as development."
  type        = string

  validation {
    condition     = contains(yamldecode(file("${path.module}/../../platform.yaml")).organization.environments, var.environment)
    error_message = "environment is none of organization.environments in platform.yaml; choose one of them."
  }
}

variable "address_block" {
  description = "IPv4 block of the account; scripts/vend takes it from terraform/ip_allocations.yaml."
  type        = string

  validation {
    condition     = can(cidrhost(var.address_block, 0))
    error_message = "address_block is an IPv4 block such as 10.20.0.0/22."
  }
}

variable "settings" {
  description = "Settings of platform.yaml with the team's own values."
  type = object({
    availability_zones       = number
    log_retention_days       = number
    budget_alert_percent     = number
    quota_training_instances = number
  })
}

variable "request" {
  description = "What the team file says of the account: who owns it, who pays and how much at most."
  type = object({
    owner       = string
    cost_centre = string
    budget      = number
  })
}

variable "hub" {
  description = "The hub account and the values that it hands over, by key of scope hub."
  type = object({
    account_id = string
    contracts  = map(string)
  })
}

variable "role_name" {
  description = "Role in the account that Terraform works under."
  type        = string
  default     = "OrganizationAccountAccessRole"
}

variable "account_name" {
  description = "The account's name, such as credit-risk-development."
  type        = string
}

variable "region" {
  description = "Region that the baseline is laid in; each has a state of its own."
  type        = string
}

variable "home" {
  description = "Whether this is the team's first region, which holds what is global."
  type        = bool
}

variable "organization_id" {
  description = "Id of the organisation."
  type        = string
}

variable "management_account_id" {
  description = "The organisation's management account, where the emergency users are."
  type        = string
}

variable "log_archive" {
  description = "Where the account's audit logs go."
  type = object({
    account_id  = string
    bucket_name = string
    key_arn     = string
  })
}

variable "accounts" {
  description = "Environment -> account id of the team's accounts."
  type        = map(string)
}
