"""AWS Service Catalog: publishing products to the hub, provisioned products of spoke accounts."""
