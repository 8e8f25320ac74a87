variable "account_id" {
  description = "The hub account; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "organization" {
  description = "Outputs of live/organization that the hub needs."
  type = object({
    organization_id = string
    unit_arns       = map(string)
  })
}

variable "role_name" {
  description = "Role in the account that Terraform works under."
  type        = string
  default     = "OrganizationAccountAccessRole"
}

variable "region" {
  description = "Region to publish in, one of platform.yaml; each has a state of its own."
  type        = string
}
