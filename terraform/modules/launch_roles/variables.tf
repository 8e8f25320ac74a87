variable "products_dir" {
  description = "Folder with one folder per product; product.yaml names the launch role, launch_policy.json what it may do."
  type        = string
}

variable "account_id" {
  description = "Account that the roles live in."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "grants" {
  description = "Values of the placeholders in launch_policy.json; null makes roles without any right (the hub)."
  type        = map(string)
  default     = null
}
