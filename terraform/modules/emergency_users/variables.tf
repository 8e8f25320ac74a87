variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "names" {
  description = "User names, each equal to the tag `owner` that the identity provider sets for the person."
  type        = set(string)

  validation {
    condition     = alltrue([for name in var.names : can(regex("^[a-z0-9][a-z0-9._-]{0,62}$", name))])
    error_message = "names: each is lower-case letters, digits, dots, dashes and underscores, as the parameters of a window are named."
  }
}

variable "role_name" {
  description = "Name of the break-glass role."
  type        = string

  validation {
    condition     = can(regex("^[\\w+=,.@-]{1,64}$", var.role_name))
    error_message = "role_name is the name of a role, without a path and without wildcards."
  }
}

variable "organization_id" {
  description = "Organisation whose accounts hold the role."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id looks like o-a1b2c3d4e5."
  }
}
