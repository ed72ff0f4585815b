"""Requests and answers in the shapes that OpenAI documents."""
