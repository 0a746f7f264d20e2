# syntax=docker/dockerfile:1
# The served emulator, without the tests: docs/containers.md says how to use and change it.

FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE pytest.ini ./
COPY harness harness
COPY scenarios scenarios
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /dist .
# pip stays behind: it installs from here into an environment that has none.
RUN python -m venv --without-pip /opt/cognito-harness \
    && python -m pip --python /opt/cognito-harness/bin/python install --no-cache-dir --no-compile /dist/*.whl
# The demo proves that the installation works, and leaves compiled what a server imports too, which
# halves the time of a start. Everything compiled would be twice the size.
RUN /opt/cognito-harness/bin/cognito-harness demo --auto \
    && /opt/cognito-harness/bin/python -m compileall -q /opt/cognito-harness/lib/python3.*/site-packages/harness

FROM python:3.13-slim-trixie
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin cognito \
    && install --directory --owner=cognito --group=cognito --mode=0700 /state
COPY --from=build /opt/cognito-harness /opt/cognito-harness
ENV PATH=/opt/cognito-harness/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /state
VOLUME /state
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:5000/_harness/health', timeout=2)"]
ENTRYPOINT ["cognito-harness"]
CMD ["serve", "--host", "0.0.0.0", "--port", "5000"]
