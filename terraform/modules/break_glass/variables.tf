variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "place" {
  description = "Account and region that windows are opened in."
  type        = object({ account_id = string, region = string })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.place.account_id)) && can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.place.region))
    error_message = "place.account_id is twelve digits, in quotes so that a leading zero stays, and place.region a region such as eu-west-2."
  }
}

variable "management_account_id" {
  description = "Account of the emergency users, who take the role on."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.management_account_id))
    error_message = "management_account_id is twelve digits, in quotes so that a leading zero stays."
  }
}

variable "roles_file" {
  description = "terraform/roles.yaml: which persona is closed, and what a window is."
  type        = string
}

variable "topic_arn" {
  description = "Topic that hears of every window, opened, closed or refused; encrypted."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[\\w-]+$", var.topic_arn))
    error_message = "topic_arn is the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME."
  }
}

variable "key_arn" {
  description = "Key of the topic and of the machine's log."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.key_arn))
    error_message = "key_arn is the ARN of a key (not of an alias), arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}
