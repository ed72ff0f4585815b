"""gunicorn for async: event streams and whatever else waits without holding a thread.

gunicorn -c deploy/gunicorn/asgi.py config.asgi:application
"""

bind = "127.0.0.1:8002"
worker_class = "asgi"
# One event loop carries the streams; views that do not wait belong to web.
workers = 1
asgi_loop = "asyncio"
# Django's ASGI application refuses the lifespan protocol.
asgi_lifespan = "off"
timeout = 30
# An open stream would hold the stop back as long as its client likes; clients reconnect.
graceful_timeout = 10
preload_app = False
accesslog = None
errorlog = "-"
control_socket_disable = True
