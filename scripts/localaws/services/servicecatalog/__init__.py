"""AWS Service Catalog: portfolios shared across accounts, immutable versions, launches under a constraint's role.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Operations_AWS_Service_Catalog.html
"""
