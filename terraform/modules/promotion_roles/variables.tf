variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name_prefix))
    error_message = "name_prefix is 2 to 31 lower-case letters, digits and dashes."
  }
}

variable "team" {
  description = "Team, the prefix of the names of its models, model groups and endpoints."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.team))
    error_message = "team is 2 to 31 lower-case letters, digits and dashes, as in the team's file."
  }
}

variable "environment" {
  description = "Environment of this account: models are promoted from development to the others."
  type        = string

  validation {
    condition     = contains(["development", "pre-production", "production"], var.environment)
    error_message = "environment is development, pre-production or production."
  }
}

variable "accounts" {
  description = "Environment -> account id of the team."
  type        = map(string)

  validation {
    condition     = toset(keys(var.accounts)) == toset(["development", "pre-production", "production"])
    error_message = "accounts names development, pre-production and production, each once."
  }

  validation {
    condition     = alltrue([for id in values(var.accounts) : can(regex("^[0-9]{12}$", id))]) && length(distinct(values(var.accounts))) == length(var.accounts)
    error_message = "accounts are three different ids of twelve digits, in quotes so that a leading zero stays."
  }
}

variable "data_key_arn" {
  description = "KMS key of the team's data in this account."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.data_key_arn))
    error_message = "data_key_arn is the ARN of a key (not of an alias)."
  }
}
