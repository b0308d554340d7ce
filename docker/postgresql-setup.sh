#!/bin/sh
# Runs once, when PostgreSQL's volume is new: a role and a database each for Airflow and Shoalwatch.
set -eu

for name in airflow shoalwatch; do
    case "$name" in
        airflow) password=$AIRFLOW_DB_PASSWORD ;;
        shoalwatch) password=$SHOALWATCH_DB_PASSWORD ;;
    esac
    # psql quotes the variables itself, so that any character may stand in a password.
    psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="$name" --set password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
