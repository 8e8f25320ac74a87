variable "account_id" {
  description = "Account id of the log archive; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "organization" {
  description = "Organisation whose accounts deliver their logs."
  type = object({
    organization_id = string
  })
}

variable "role_name" {
  description = "IAM role in the account that Terraform assumes."
  type        = string
  default     = "OrganizationAccountAccessRole"
}
