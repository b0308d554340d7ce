# Two images from one file, both without root and without secrets:
#   docker build --target shoalwatch .   the commands
#   docker build --target airflow .      Airflow, with the commands in an environment beside it
ARG PYTHON=3.11.14-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/shoalwatch
COPY pyproject.toml README.md LICENSE NOTICE constraints.txt ./
COPY articles articles
COPY crawlers crawlers
COPY dags dags
COPY digests digests
COPY models models
COPY search search
COPY shoalwatch shoalwatch
RUN /opt/shoalwatch/bin/pip install --constraint constraints.txt '.[postgresql,s3]'

FROM python:${PYTHON} AS build-airflow
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY constraints-airflow.txt /tmp/
RUN python -m venv /opt/airflow-env \
    && /opt/airflow-env/bin/pip install --constraint /tmp/constraints-airflow.txt \
        apache-airflow apache-airflow-providers-fab apache-airflow-providers-postgres

FROM python:${PYTHON} AS shoalwatch
ENV PATH=/opt/shoalwatch/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    SHOALWATCH_HOME=/data
RUN groupadd --gid 10001 shoalwatch \
    && useradd --uid 10001 --gid 10001 --create-home --shell /usr/sbin/nologin shoalwatch \
    && install --directory --owner shoalwatch --group shoalwatch /data
COPY --from=build /opt/shoalwatch /opt/shoalwatch
USER 10001:10001
WORKDIR /home/shoalwatch
VOLUME /data
# The doctor looks at settings, disk, model and search engine; 1 is ill.
HEALTHCHECK --interval=5m --timeout=60s --start-period=30s CMD ["shoalwatch", "doctor"]
ENTRYPOINT ["shoalwatch"]
CMD ["--help"]

FROM shoalwatch AS airflow
ENV PATH=/opt/airflow-env/bin:$PATH \
    AIRFLOW_HOME=/home/shoalwatch \
    AIRFLOW__LOGGING__BASE_LOG_FOLDER=/opt/airflow/logs \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/airflow/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    SHOALWATCH_COMMAND=/opt/shoalwatch/bin/shoalwatch
USER root
COPY --from=build-airflow /opt/airflow-env /opt/airflow-env
COPY dags /opt/airflow/dags
COPY docker/airflow-setup.sh /opt/airflow/setup.sh
RUN install --directory --owner shoalwatch --group shoalwatch /opt/airflow/logs
USER 10001:10001
# Each of Airflow's services has a check of its own in docker-compose.yml.
HEALTHCHECK --interval=1m --timeout=30s --start-period=60s CMD ["airflow", "db", "check"]
ENTRYPOINT ["airflow"]
CMD ["version"]
