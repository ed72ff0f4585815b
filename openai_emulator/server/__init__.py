"""The HTTP server: routes, connections and state."""
