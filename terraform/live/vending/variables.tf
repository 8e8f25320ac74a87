variable "account_id" {
  description = "The management account."
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
  description = "Address and digest of the vending image; the hub's output images names what its build published last."
  type        = string
}

variable "access" {
  description = "Bucket of the states, and the role in every account that Terraform works under."
  type = object({
    state_bucket = string
    role_name    = string
  })
}

variable "platform_account_ids" {
  description = "Hub and log archive, which a merge brings up to date before the accounts follow."
  type        = list(string)
}
