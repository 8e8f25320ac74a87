variable "accounts" {
  description = "Account name -> e-mail address and organisational unit of each team account; scripts/vend computes it."
  type = map(object({
    email = string
    unit  = string
  }))

  validation {
    condition     = alltrue([for name in keys(var.accounts) : can(regex("^[a-z][a-z0-9-]{1,49}$", name)) && !contains(values(local.platform_accounts), name)])
    error_message = "accounts: a name is 2 to 50 lower-case letters, digits and dashes, and not one of ${join(", ", values(local.platform_accounts))}."
  }

  validation {
    condition     = alltrue([for account in values(var.accounts) : length(account.email) <= 64 && can(regex("^[^@ ]{1,50}@[^@ ]+$", account.email))])
    error_message = "accounts: every e-mail is an address such as credit-risk-development@bank.example, of 64 characters at most."
  }

  validation {
    condition     = length(distinct([for account in values(var.accounts) : lower(account.email)])) == length(var.accounts)
    error_message = "accounts: AWS takes an e-mail address for one account only; give each its own."
  }

  validation {
    condition     = alltrue([for account in values(var.accounts) : contains(local.platform.organization.organizational_units, account.unit)])
    error_message = "accounts: a unit is one of ${join(", ", local.platform.organization.organizational_units)} (platform.yaml, organization.organizational_units)."
  }
}
