"""Use cases of the API: the writes behind its requests, with their errors."""
