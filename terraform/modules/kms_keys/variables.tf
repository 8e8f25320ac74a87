variable "name_prefix" {
  description = "Prefix of the aliases, for example mlops or mlops-hub."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.name_prefix))
    error_message = "name_prefix is at most sixteen lower-case letters, digits and dashes, such as mlops."
  }
}

variable "account_id" {
  description = "Account that owns the keys."
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

variable "classes" {
  description = "Data class -> description of its key, and the AWS services that may use it: budgets, cloudwatch, events, logs."
  type = map(object({
    description = string
    services    = optional(set(string), [])
  }))

  validation {
    condition     = alltrue([for class in var.classes : length(setsubtract(class.services, keys(local.services))) == 0])
    error_message = "classes: a service is one of ${join(", ", keys(local.services))}."
  }
}
