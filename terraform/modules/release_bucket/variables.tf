variable "name" {
  description = "Name of the bucket, unique in the world."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,62}$", var.name))
    error_message = "name is 3 to 63 lower-case letters, digits and dashes."
  }
}

variable "retention_days" {
  description = "Days during which nobody without a special right deletes a published template."
  type        = number
  default     = 3650

  validation {
    condition     = var.retention_days >= 1
    error_message = "retention_days is at least 1; published templates are evidence."
  }
}
