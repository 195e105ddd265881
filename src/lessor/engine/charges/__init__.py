"""What the tenants pay."""
