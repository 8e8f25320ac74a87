variable "account_id" {
  description = "Account id of the hub; scripts/vend reads it from the organisation."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; apply organization first, then run this through scripts/vend."
  }
}

variable "organization" {
  description = "Outputs of live/organization: the id of the organisation, and the ARN of each organisational unit."
  type = object({
    organization_id = string
    unit_arns       = map(string)
  })
}

variable "role_name" {
  description = "IAM role in the account that Terraform assumes."
  type        = string
  default     = "OrganizationAccountAccessRole"
}

variable "region" {
  description = "Region of this state, one of the regions in platform.yaml."
  type        = string
}
