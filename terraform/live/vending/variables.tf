variable "account_id" {
  description = "Account id of the management account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits; run this through scripts/vend."
  }
}

variable "organization_id" {
  description = "The organisation whose accounts are vended; output of live/organization."
  type        = string
}

variable "image" {
  description = "URI of the vending image with its digest, from the hub's output `images`."
  type        = string
}

variable "state_access" {
  description = "Bucket of the Terraform states, and the IAM role that Terraform assumes in each account."
  type = object({
    state_bucket = string
    role_name    = string
  })
}

variable "platform_account_ids" {
  description = "Account ids of the hub and the log archive, which a merge applies before the team accounts."
  type        = list(string)
}
