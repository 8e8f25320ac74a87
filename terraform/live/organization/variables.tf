variable "accounts" {
  description = "Account name -> e-mail address and organisational unit of every team's accounts; scripts/vend makes it."
  type = map(object({
    email = string
    unit  = string
  }))

  validation {
    condition     = alltrue([for account in values(var.accounts) : can(regex("^[^@ ]{1,50}@[^@ ]+$", account.email))])
    error_message = "accounts: every e-mail is an address such as credit-risk-development@bank.example."
  }
}
