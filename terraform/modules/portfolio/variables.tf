variable "name" {
  description = "Name of the portfolio, as products name it in product.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,98}$", var.name))
    error_message = "name is lower-case letters, digits and dashes, at most 99, such as data-science."
  }
}

variable "description" {
  description = "Description of the portfolio for its users."
  type        = string
}

variable "owner" {
  description = "Team that owns the portfolio."
  type        = string
}

variable "units" {
  description = "Organisational units that the portfolio is shared with, in order; append only, because another order recreates shares."
  type        = list(object({ name = string, arn = string }))

  validation {
    condition     = length(var.units) <= 3
    error_message = "A portfolio is shared with at most three units; share it with a unit above them instead."
  }
}

variable "principals" {
  description = "Names of the roles that may provision products of the portfolio, in every account that it is shared with."
  type        = set(string)

  validation {
    condition     = length(var.principals) > 0
    error_message = "Name at least one role in principals, or nobody sees the portfolio."
  }
}

variable "tag_options" {
  description = "Tag of provisioned resources -> id of its tag option."
  type        = map(string)
}
