#!/bin/sh
# Runs once beside Elasticsearch: gives Kibana's user its password, and makes the role and user
# that Shoalwatch works as (its own indices and their template, nothing else). Safe to repeat.
set -eu

quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')"; }

# Passwords go over standard input, where a list of processes does not show them.
put() {
    printf 'user = %s\ndata = %s\n' "$(quoted "elastic:${ELASTIC_PASSWORD}")" "$(quoted "$3")" |
        curl --silent --show-error --fail-with-body --config - \
            --max-time 30 --retry 10 --retry-delay 3 --retry-connrefused \
            --request "$1" --header 'Content-Type: application/json' \
            "${ELASTICSEARCH_URL:-http://elasticsearch:9200}/_security/$2"
    echo
}

put POST user/kibana_system/_password "{\"password\": $(quoted "$KIBANA_PASSWORD")}"
put PUT role/shoalwatch '{"cluster": ["monitor", "manage_index_templates"],'\
' "indices": [{"names": ["shoalwatch-*"], "privileges": ["all"]}]}'
put PUT user/shoalwatch \
    "{\"password\": $(quoted "$SHOALWATCH_SEARCH_PASSWORD"), \"roles\": [\"shoalwatch\"]}"
echo 'Elasticsearch: users kibana_system and shoalwatch are set up'
