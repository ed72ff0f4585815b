"""Requests and responses in the formats that OpenAI documents."""
