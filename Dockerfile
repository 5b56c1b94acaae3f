# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY mockserver mockserver
RUN pip install --no-cache-dir build==1.6.1 \
 && python -m build --wheel --outdir /wheels \
 && python -m venv /app \
 && /app/bin/pip install --no-cache-dir --constraint constraints.txt /wheels/*.whl

FROM python:3.13-slim
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VIPPS_MOCKSERVER_HOST=0.0.0.0 \
    VIPPS_MOCKSERVER_PORT=8080
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin mock \
 && install -d -o mock -g mock -m 0777 /data
COPY --from=build /app /app
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s CMD ["vipps-mockserver", "health"]
ENTRYPOINT ["vipps-mockserver"]
CMD ["serve"]
