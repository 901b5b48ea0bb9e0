# 回应台的镜像：各角色同一个，命令不同（docker-compose.yml）。建法：docker build -t huiying:0.1.0 .
# 要转 PDF：--build-arg OFFICE=libreoffice-writer-nogui。要按摘要固定底层镜像：--build-arg PYTHON_IMAGE=python:…@sha256:…
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
# 依赖在前：程序改了，这一层不必重做。每一个文件都按锁定的校验值核对。
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/huiying/venv \
    && /opt/huiying/venv/bin/pip wheel --require-hashes --wheel-dir wheels --requirement requirements.lock \
    && /opt/huiying/venv/bin/pip install --no-index --find-links wheels --requirement requirements.lock \
    && python -m venv tools \
    && tools/bin/pip install --require-hashes --requirement requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY records records
COPY regulation regulation
COPY crawlers crawlers
COPY nlp nlp
COPY alerts alerts
COPY playbooks playbooks
COPY casework casework
COPY storage storage
COPY pipeline pipeline
COPY dashboard dashboard
COPY huiying huiying
COPY samples samples
RUN tools/bin/pip wheel --no-build-isolation --no-deps --wheel-dir ours . \
    && /opt/huiying/venv/bin/pip install --no-index --no-deps ours/*.whl \
    && /opt/huiying/venv/bin/pip check

FROM ${PYTHON_IMAGE}
ARG OFFICE=""
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# 版本不写死：Debian 只留最新的安全更新，写死的版本过几周就装不上了；底层镜像的版本已经写死。
# postgresql-client 是 15 版，与 docker-compose.yml 里的 postgres 一致：备份要同版本的 pg_dump。
# hadolint ignore=DL3008
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        fontconfig fonts-arphic-ukai fonts-noto-cjk postgresql-client tini ${OFFICE} \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache --system-only \
    && groupadd --gid 10001 huiying \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/huiying --shell /usr/sbin/nologin huiying \
    && install --directory --owner huiying --group huiying --mode 0700 /var/lib/huiying /var/backups/huiying \
    && install --directory /etc/huiying
COPY --from=build /opt/huiying /opt/huiying
ENV PATH=/opt/huiying/venv/bin:$PATH \
    LANG=C.UTF-8 \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HUIYING_SETTINGS=/etc/huiying/huiying.yaml
USER 10001:10001
WORKDIR /etc/huiying
# 只写这一处（和 /tmp）：根文件系统可以只读。
VOLUME ["/var/lib/huiying"]
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["huiying", "doctor", "--watch"]
# tini 转发信号、收走转 PDF 留下的子进程。
ENTRYPOINT ["tini", "--", "huiying"]
CMD ["up"]
