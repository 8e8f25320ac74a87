variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "organization_id" {
  description = "Organisation whose accounts may pull."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}
