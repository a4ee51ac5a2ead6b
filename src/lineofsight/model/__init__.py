"""What every analysis estimates from: columns, populations and segments as views of the moments, shared replicates."""
