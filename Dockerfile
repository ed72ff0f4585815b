# Two images: `service`, for every process of this project, and `nginx`, in front of them. compose.yaml starts the set.

FROM python:3.11-slim-bookworm AS packages
WORKDIR /srv/virtual-patient
COPY requirements/production.lock requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/production.lock

FROM python:3.11-slim-bookworm AS service
# beat keeps its schedule in /var/lib/virtual-patient.
RUN useradd --system --uid 10001 --home-dir /srv/virtual-patient --no-create-home --shell /usr/sbin/nologin virtual-patient \
    && install --directory --owner=virtual-patient /var/lib/virtual-patient
WORKDIR /srv/virtual-patient
ENV PATH=/srv/virtual-patient/.venv/bin:$PATH \
    DJANGO_ENV=production \
    DJANGO_SETTINGS_MODULE=config.settings \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=packages /srv/virtual-patient/.venv .venv
COPY manage.py pyproject.toml ./
COPY deploy deploy
COPY config config
COPY openai_emulator openai_emulator
COPY apps apps
# Production does not start without these values. This step alone sees them, and connects to nothing.
RUN SECRET_KEY=unused-while-files-are-collected ALLOWED_HOSTS=none DATABASE_URL=postgres://none:none@none/none \
    REDIS_URL=redis://none OPENAI_BASE_URL=emulator python manage.py collectstatic --noinput \
    && python -m compileall -q apps config deploy openai_emulator
USER 10001
CMD ["python", "-m", "gunicorn", "-c", "deploy/gunicorn/web.py", "config.wsgi:application", "--bind", "0.0.0.0:8001"]
# Of web; compose.yaml has those of the others.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/health/ready', timeout=4)"]

# From 1.27.4 on site.conf needs no change for nginx's version.
FROM nginx:1.28-bookworm AS nginx
WORKDIR /srv/nginx
COPY deploy/nginx/local.conf nginx.conf
COPY deploy/nginx/site.conf deploy/nginx/machine/http.conf deploy/nginx/machine/listen.conf virtual-patient/
COPY deploy/nginx/phases/4.conf virtual-patient/phase.conf
# Everything is here and nothing at Flask: phase 4, which deploy/switch would write with the same first lines. The
# services have names instead of ports of this machine, and what nginx logs is the container's.
RUN sed -i '1i map "" $switched {\n    default "4 0 0";\n}\n' virtual-patient/phase.conf \
    && sed -i 's|127.0.0.1:8001|web:8001|; s|127.0.0.1:8002|async:8002|' virtual-patient/http.conf \
    && sed -i 's|^listen 80;|listen 8080;|; s|/var/log/nginx/virtual-patient.log|/dev/stdout|; s|/var/log/nginx/virtual-patient-errors.log|/dev/stderr|' \
        virtual-patient/listen.conf \
    && chown -R nginx /srv/nginx
USER nginx
EXPOSE 8080
STOPSIGNAL SIGQUIT
CMD ["nginx", "-p", "/srv/nginx/", "-c", "/srv/nginx/nginx.conf", "-e", "stderr"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/health/live"]
