# One image for web, workers and beat; docker-compose.yml says which of them it is.
FROM python:3.11.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 DATA_DIR=/data

RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin newsletter \
    && install -d -o newsletter -g newsletter -m 0700 /data

WORKDIR /app
COPY requirements.txt .
RUN pip install --require-hashes --no-deps -r requirements.txt
COPY manage.py ./
COPY newsletter newsletter
COPY subscribers subscribers
COPY templates templates
RUN python -m compileall -q newsletter subscribers

USER newsletter
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "newsletter.wsgi", "--bind=0.0.0.0:8000", \
     "--worker-class=newsletter.web_worker.StayingWorker", "--workers=2", "--threads=8", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--log-level=warning"]
