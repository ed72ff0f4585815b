"""What a request may do."""
