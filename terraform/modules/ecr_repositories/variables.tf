variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "Account id of the hub."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "organization_id" {
  description = "Organisation whose accounts may pull images."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "key_arn" {
  description = "Customer managed key of the images."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is the ARN of a KMS key."
  }
}

variable "repositories" {
  description = "Names of the repositories, without the prefix."
  type        = set(string)

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : can(regex("^[a-z][a-z0-9-]{1,60}$", name))])
    error_message = "repositories holds at least one name of lower-case letters, digits and dashes, such as training."
  }
}

variable "contracts" {
  description = "Image -> name of the SSM parameter to which its build publishes URI and digest."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.contracts), var.repositories)) == 0
    error_message = "contracts names an image that has no repository; add it to repositories (terraform/images) or take it out of contracts.yaml."
  }
}

variable "replicate_to" {
  description = "Regions to which every image is replicated; empty except in the home region."
  type        = set(string)
  default     = []

  validation {
    condition     = length(var.replicate_to) <= 25
    error_message = "ECR replicates to at most 25 regions."
  }
}

variable "images_to_keep" {
  description = "Number of images that a repository keeps; older ones expire."
  type        = number
  default     = 200

  validation {
    condition     = var.images_to_keep >= 50
    error_message = "images_to_keep is at least 50: a year of weekly builds, because accounts may run old images."
  }
}
