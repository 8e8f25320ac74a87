variable "bucket_name" {
  description = "Name of the bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name is 3 to 63 lower-case letters, digits and dashes."
  }
}

variable "account_id" {
  description = "Account id of the log archive."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "organization_id" {
  description = "Organisation whose accounts may write logs."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "object_lock" {
  description = "Default retention of Object Lock: mode (COMPLIANCE applies to everyone, GOVERNANCE can be bypassed with a permission) and days."
  type = object({
    mode = string
    days = number
  })

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], var.object_lock.mode) && var.object_lock.days >= 1 && var.object_lock.days <= 3650
    error_message = "object_lock.mode is COMPLIANCE or GOVERNANCE, object_lock.days 1 to 3650."
  }
}
