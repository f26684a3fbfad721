# The gridplan server: an image without compilers, run by a user without rights.
FROM python:3.11-slim

RUN useradd --create-home --uid 10001 gridplan && mkdir /data && chown gridplan /data
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY gridplan gridplan
COPY api api
RUN pip install --no-cache-dir --constraint constraints.txt '.[postgis]'

USER gridplan
WORKDIR /data
VOLUME /data
# It listens on every address of the container, so it asks who one is; the first token is made with:
# docker exec CONTAINER gridplan token create --name NAME --role admin
ENV GRIDPLAN_AUTH=on GRIDPLAN_STORE=/data/gridplan.gpkg PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=2)"]
CMD ["gridplan", "serve", "--host", "0.0.0.0", "--port", "8000"]
