variable "name" {
  description = "Name of the budget, such as the account's name."
  type        = string

  validation {
    condition     = can(regex("^[^:\\\\]{1,100}$", var.name))
    error_message = "name is at most 100 characters without colon and backslash."
  }
}

variable "dollars" {
  description = "Limit in US dollars per month."
  type        = number

  validation {
    condition     = var.dollars >= 1
    error_message = "dollars is at least 1."
  }
}

variable "percent" {
  description = "Percentage of the budget, actual or forecast, at which a notification is sent."
  type        = number

  validation {
    condition     = var.percent >= 1 && var.percent <= 100
    error_message = "percent is 1 to 100."
  }
}

variable "addresses" {
  description = "E-mail addresses that receive the notifications, ten at most."
  type        = set(string)

  validation {
    condition     = length(var.addresses) >= 1 && length(var.addresses) <= 10
    error_message = "addresses holds one to ten e-mail addresses."
  }
}
