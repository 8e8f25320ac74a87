variable "account_id" {
  description = "Account id of the hub."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "organization_id" {
  description = "Organisation whose accounts may read packages."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "domain" {
  description = "Name of the domain, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,48}[a-z0-9]$", var.domain))
    error_message = "domain is 2 to 50 lower-case letters, digits and dashes, such as mlops."
  }
}

variable "repository" {
  description = "Name of the approved repository, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,99}$", var.repository)) && !startswith(var.repository, "quarantine")
    error_message = "repository is lower-case letters, digits and dashes, such as approved-packages; names that start with quarantine are taken."
  }
}

variable "key_arn" {
  description = "Customer managed key of the packages."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is the ARN of a KMS key."
  }
}

variable "packages" {
  description = "Allow-list of packages, terraform/packages.yaml."
  type = list(object({
    ecosystem = string
    name      = string
    versions  = list(string)
    reason    = string
  }))

  validation {
    condition     = alltrue([for package in var.packages : contains(["python", "javascript"], package.ecosystem)])
    error_message = "packages.yaml: unknown ecosystem; write python or javascript. Wrong: ${join(", ", [for package in var.packages : "${package.name} (${package.ecosystem})" if !contains(["python", "javascript"], package.ecosystem)])}."
  }

  validation {
    condition     = alltrue(flatten([for package in var.packages : [for version in package.versions : can(regex("^[0-9][0-9A-Za-z.+!-]*$", version))]])) && alltrue([for package in var.packages : length(package.versions) > 0])
    error_message = "packages.yaml: versions are exact and quoted, such as \"2.2.6\"; no ranges, at least one. Wrong: ${join(", ", [for package in var.packages : package.name if length(package.versions) == 0 || !alltrue([for version in package.versions : can(regex("^[0-9][0-9A-Za-z.+!-]*$", version))])])}."
  }

  validation {
    condition     = alltrue([for package in var.packages : length(trimspace(package.reason)) >= 10])
    error_message = "packages.yaml: a reason says in a sentence why the package is needed. Missing: ${join(", ", [for package in var.packages : package.name if length(trimspace(package.reason)) < 10])}."
  }

  validation {
    condition     = length(distinct([for package in var.packages : "${package.ecosystem} ${package.name}"])) == length(var.packages)
    error_message = "packages.yaml: a package stands there twice; put its versions into one entry."
  }
}

variable "writer_roles" {
  description = "Names of the hub's roles that may copy packages from quarantine to the approved repository."
  type        = list(string)

  validation {
    condition     = length(var.writer_roles) > 0
    error_message = "writer_roles names at least one role, or no package is ever approved."
  }
}
