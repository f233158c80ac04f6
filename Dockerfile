# The product in a container; compose.yaml starts it with all services.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 VAR_DIR=/var/gongsheng
WORKDIR /srv/gongsheng
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY . .
RUN useradd --system --home-dir /var/gongsheng gongsheng \
    && install --directory --owner gongsheng --mode 700 /var/gongsheng
USER gongsheng
VOLUME /var/gongsheng
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "config.wsgi:application", "--host", "0.0.0.0", \
     "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-access-log"]
