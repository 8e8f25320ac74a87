# The policies of the break-glass role have new names.
moved {
  from = aws_iam_policy.closed
  to   = aws_iam_policy.break_glass
}

moved {
  from = aws_iam_role_policy.window
  to   = aws_iam_role_policy.break_glass_session
}
