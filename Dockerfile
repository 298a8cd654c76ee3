# One image; docker-compose.yml says which part of the house each container is.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY requirements/runtime.txt requirements/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt

FROM python:3.12-slim-bookworm
RUN useradd --system --create-home --uid 10001 flagship && mkdir -p /srv/static /srv/media /srv/maintenance /srv/originals && chown flagship /srv/*
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=flagship.settings.base \
    FLAGSHIP_VAR=/srv MEDIA_ROOT=/srv/media ORIGINALS_ROOT=/srv/originals
RUN python -m flagship.messages compile && mkdir -p /srv && chown flagship /srv
USER flagship
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "flagship.wsgi:application"]
