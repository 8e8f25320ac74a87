variable "name" {
  description = "Name of the budget, such as the account's name."
  type        = string

  validation {
    condition     = can(regex("^[^:\\\\]{1,100}$", var.name))
    error_message = "name is at most 100 characters without colon and backslash."
  }
}

variable "dollars" {
  description = "US dollars a month."
  type        = number

  validation {
    condition     = var.dollars >= 1
    error_message = "dollars is at least 1."
  }
}

variable "percent" {
  description = "Share of the budget at which people are told, of what is spent and of what is forecast."
  type        = number

  validation {
    condition     = var.percent >= 1 && var.percent <= 100
    error_message = "percent is 1 to 100."
  }
}

variable "addresses" {
  description = "E-mail addresses that are told, ten at most."
  type        = set(string)

  validation {
    condition     = length(var.addresses) >= 1 && length(var.addresses) <= 10
    error_message = "addresses holds one to ten e-mail addresses."
  }
}
