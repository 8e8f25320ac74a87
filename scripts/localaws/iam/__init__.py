"""IAM: moto stores roles and policies; here they count. evaluate.py is pure, authorise.py reads moto's IAM."""
