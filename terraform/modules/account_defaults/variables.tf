variable "key_arn" {
  description = "Key of volumes that name none."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is an ARN that begins with arn:aws:kms:."
  }
}

variable "home" {
  description = "Whether this is the account's home region, where what is global is set."
  type        = bool
  default     = true
}

variable "password_length" {
  description = "Least length of a password; nobody should have one."
  type        = number
  default     = 16

  validation {
    condition     = var.password_length >= 14 && var.password_length <= 128
    error_message = "password_length is 14 to 128."
  }
}
