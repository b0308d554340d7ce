#!/bin/sh
# Runs before Airflow's services: brings its database up to date and makes the administrator.
# Safe to repeat; the administrator's password is set anew each time.
set -eu

airflow db migrate
airflow users create --role Admin --username admin --password "$AIRFLOW_ADMIN_PASSWORD" \
    --firstname Shoalwatch --lastname Administrator --email admin@localhost
airflow users reset-password --username admin --password "$AIRFLOW_ADMIN_PASSWORD"
