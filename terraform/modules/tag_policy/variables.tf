variable "name" {
  description = "Name of the policy."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,60}$", var.name))
    error_message = "name is 2 to 61 lower-case letters, digits and dashes."
  }
}

variable "target_id" {
  description = "Id of the root or organisational unit that the policy is attached to."
  type        = string

  validation {
    condition     = can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$", var.target_id))
    error_message = "target_id is the id of a root (r-...) or of a unit (ou-...)."
  }
}

variable "tags" {
  description = "Tag key in its exact case -> allowed values; none means any."
  type        = map(set(string))

  validation {
    condition     = length(var.tags) > 0 && length(distinct([for key in keys(var.tags) : lower(key)])) == length(var.tags)
    error_message = "tags names at least one tag, and no tag twice in another case: AWS takes them for the same."
  }
}

variable "enforced" {
  description = "Resource types that refuse values that are not listed, for example s3:bucket."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for type in var.enforced : can(regex("^[a-z0-9-]+:([a-z0-9-]+|\\*)$", type))])
    error_message = "enforced: a type is service:resource, for example s3:bucket."
  }
}
