# Two images of one commit: `server` (webhook, reader, migrations, Prefect's own server) holds no
# agent framework and no code that could use one; `worker` runs the flows of either zone.
#   docker build --target server -t autodoc-server .
#   docker build --target worker -t autodoc-worker .
# Which packages each holds: docker/make_locks.py cuts both out of requirements.lock.

FROM python:3.12-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/srv/autodoc \
    PATH=/opt/venv/bin:$PATH \
    AUTODOC_DATA_DIR=/var/lib/autodoc \
    PREFECT_HOME=/tmp/prefect \
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE=false \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1
RUN groupadd --gid 10001 autodoc \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin autodoc \
 && install --directory --owner autodoc --group autodoc /var/lib/autodoc /var/lib/prefect
WORKDIR /srv/autodoc

FROM base AS server-packages
COPY docker/requirements-server.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
 && python -m pip install --no-cache-dir --no-deps --require-hashes -r /tmp/requirements.lock

FROM base AS worker-packages
COPY docker/requirements-worker.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
 && python -m pip install --no-cache-dir --no-deps --require-hashes -r /tmp/requirements.lock

FROM base AS server
COPY --from=server-packages /opt/venv /opt/venv
COPY LICENSE app.yml ./
COPY app ./app
COPY migrations ./migrations
USER 10001:10001
ENTRYPOINT ["python", "-P", "-m", "app"]
CMD ["server"]

FROM base AS worker
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/*
COPY --from=worker-packages /opt/venv /opt/venv
COPY LICENSE app.yml prefect.yaml ./
COPY app ./app
COPY flows ./flows
COPY migrations ./migrations
USER 10001:10001
ENTRYPOINT ["prefect"]
CMD ["--help"]
