variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name_prefix))
    error_message = "name_prefix is 2 to 21 lower-case letters, digits and dashes, for example mlops."
  }
}

variable "regions" {
  description = "Regions that accounts may use."
  type        = set(string)

  validation {
    condition     = length(var.regions) > 0 && alltrue([for region in var.regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "regions names at least one region such as eu-west-2; without one nobody could do anything anywhere."
  }
}

variable "log_bucket" {
  description = "Prefix of the name of the log archive's bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{2,30}$", var.log_bucket))
    error_message = "log_bucket is the bucket's name without account and region, for example mlops-logs."
  }
}

variable "platform_roles" {
  description = "Names of the roles of the platform itself, which alone may change the baseline."
  type        = set(string)
  default     = ["OrganizationAccountAccessRole"]

  validation {
    condition     = length(var.platform_roles) > 0 && alltrue([for role in var.platform_roles : can(regex("^[A-Za-z0-9+=,.@_-]+$", role))])
    error_message = "platform_roles holds at least one role's name, without wildcard: every name in it is above the policies."
  }
}

variable "protected_roles" {
  description = "Names of the baseline's other roles; * is a wildcard."
  type        = set(string)
  default     = ["developer", "launch-*", "model-approver", "platform-*", "studio-*", "technical-lead"]

  validation {
    condition     = !contains(var.protected_roles, "*")
    error_message = "protected_roles names roles or their beginnings; * alone would stop products from making theirs."
  }
}

variable "targets" {
  description = "Name -> id of the root or an organisational unit, and the policies that are attached to it."
  type = map(object({
    id       = string
    policies = set(string)
  }))

  validation {
    condition     = alltrue([for target in values(var.targets) : length(target.policies) <= 4])
    error_message = "targets: at most four policies a target; AWS takes five and attaches FullAWSAccess itself."
  }

  validation {
    condition     = length(setsubtract(flatten([for target in values(var.targets) : target.policies]), local.policy_names)) == 0
    error_message = "targets: a policy is the name of a file in policies/, one of ${join(", ", local.policy_names)}."
  }
}
