variable "products_dir" {
  description = "Folder with one subfolder per product; product.yaml names the launch role, launch_policy.json is its policy."
  type        = string
}

variable "account_id" {
  description = "Account that owns the roles."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "grants" {
  description = "Values of the placeholders in launch_policy.json; null creates roles without a policy (the hub)."
  type        = map(string)
  default     = null
}
