variable "account_id" {
  description = "The spoke account; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "team" {
  description = "Name of the team file under terraform/accounts."
  type        = string
}

variable "environment" {
  description = "One of the environments of platform.yaml, such as development."
  type        = string

  validation {
    condition     = contains(yamldecode(file("${path.module}/../../platform.yaml")).organisation.environments, var.environment)
    error_message = "environment is none of organisation.environments in platform.yaml; choose one of them."
  }
}

variable "hub" {
  description = "The hub account and what its Terraform gave."
  type = object({
    account_id            = string
    studio_repository_url = string
  })
}

variable "role_name" {
  description = "Role in the account that Terraform works under."
  type        = string
  default     = "OrganizationAccountAccessRole"
}
