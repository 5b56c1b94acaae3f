# syntax=docker/dockerfile:1
ARG PYTHON_IMAGE=python:3.13-slim
ARG VERSION=0.1.0

FROM ${PYTHON_IMAGE} AS build
ARG VERSION
WORKDIR /src
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY mockserver mockserver
# Nothing can be compiled later: the last stage has no right to write. Names in Faker are needed for four countries only.
# A label of another version than what is inside stops the build.
RUN python -m venv --without-pip /app \
 && pip --python /app/bin/python install --no-cache-dir --no-compile --constraint constraints.txt . \
 && /app/bin/python -c 'import sys, mockserver; sys.exit(mockserver.__version__ != sys.argv[1])' "$VERSION" \
 && find /app -path '*/faker/providers/*' -type d -name '??_??' \
      ! -name no_NO ! -name da_DK ! -name fi_FI ! -name sv_SE ! -name en_US ! -name en_GB -prune -exec rm -r {} + \
 && find /app \( -type d -name tests -o -name '*.pyx' -o -name '*.pxd' \) -prune -exec rm -r {} + \
 && python -m compileall -qf --invalidation-mode unchecked-hash /app/lib \
 && /app/bin/vipps-mockserver world generate > /dev/null

# hadolint ignore=DL3006
FROM ${PYTHON_IMAGE}
ARG VERSION
LABEL org.opencontainers.image.title="vipps-mockserver" \
      org.opencontainers.image.description="A faithful, stateful local emulator of the Vipps MobilePay APIs" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
# The base image has no byte code of the standard library, and would compile what is imported at each start.
RUN python -m compileall -qf --invalidation-mode unchecked-hash \
      -x '/(site-packages|dist-packages|ensurepip|idlelib|lib2to3|pydoc_data|tkinter|turtledemo|test|tests)/' \
      "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" \
 && install -d -m 0777 /data
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VIPPS_MOCKSERVER_HOST=0.0.0.0 \
    VIPPS_MOCKSERVER_PORT=8080
USER 10001:0
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=2s --timeout=3s --start-period=5s CMD ["vipps-mockserver", "health"]
ENTRYPOINT ["vipps-mockserver"]
CMD ["serve"]
