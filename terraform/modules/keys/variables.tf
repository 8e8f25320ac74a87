variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "Account that the keys live in."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "region" {
  description = "Region of the keys."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}
