variable "bucket_name" {
  description = "Name of the bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name is 3 to 63 lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "The log archive account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "organization_id" {
  description = "The organisation whose accounts may write here."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "lock" {
  description = "How long nobody may delete a log: COMPLIANCE binds everyone, GOVERNANCE all but those who may bypass it."
  type = object({
    mode = string
    days = number
  })

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], var.lock.mode) && var.lock.days >= 1 && var.lock.days <= 3650
    error_message = "lock.mode is COMPLIANCE or GOVERNANCE, lock.days 1 to 3650."
  }
}
