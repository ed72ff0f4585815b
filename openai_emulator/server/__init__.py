"""The HTTP server: routes, connections, and what it remembers."""
