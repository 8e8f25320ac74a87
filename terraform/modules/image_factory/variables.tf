variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "The hub account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "regions" {
  description = "Regions in which a build publishes its digest, home region first."
  type        = list(string)

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions names at least the home region."
  }
}

variable "images_dir" {
  description = "Folder with one folder for each image, each with its Dockerfile."
  type        = string
}

variable "images" {
  description = "Image -> where it is pushed, and the SSM path under which its digest is published."
  type        = map(object({ repository_url = string, repository_arn = string, contract = string }))

  validation {
    condition     = alltrue([for image in var.images : can(regex("^/[a-z0-9-]+(/[a-z0-9-]+)+$", image.contract))])
    error_message = "contract is an SSM path of contracts.yaml, scope images. Wrong for: ${join(", ", [for name, image in var.images : name if !can(regex("^/[a-z0-9-]+(/[a-z0-9-]+)+$", image.contract))])}."
  }
}

variable "base_repository_arn" {
  description = "Repository of the base images that Dockerfiles start from."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecr:", var.base_repository_arn))
    error_message = "base_repository_arn is the ARN of an ECR repository."
  }
}

variable "package_index" {
  description = "The approved packages; builds know no other index."
  type        = object({ domain = string, domain_arn = string, repository = string, repository_arn = string })
}

variable "bucket" {
  description = "Build bucket that receives the sources."
  type        = object({ name = string, arn = string })
}

variable "key_arns" {
  description = "Customer keys: data for the sources, logs for the log group."
  type        = object({ data = string, logs = string })
}

variable "schedule" {
  description = "When all images are built anew, as an EventBridge schedule."
  type        = string
  default     = "cron(0 3 ? * SUN *)"

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.schedule))
    error_message = "schedule is an EventBridge schedule such as cron(0 3 ? * SUN *) or rate(7 days)."
  }
}
