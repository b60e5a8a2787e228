#!/bin/sh
# nginx in front of the dashboard, in a container. Settings:
#   SERVER_NAME       name by which browsers call
#   UPSTREAMS         HOST:PORT of the dashboard's processes, with blanks between
#   CERTIFICATE, CERTIFICATE_KEY   files
#   PROXY, RUN        where this lies, and a folder to write to
#   HTTP_PORT, HTTPS_PORT
set -eu
: "${SERVER_NAME:?set it to the name by which browsers call}"
: "${UPSTREAMS:?set it to HOST:PORT of the processes of the dashboard}"
proxy=${PROXY:-/proxy}
run=${RUN:-/tmp}
cp "$proxy/nginx.conf" "$run/nginx.conf"
set -- "$@" -c "$run/nginx.conf" -p "$run" -g "pid $run/nginx.pid;"
words=""
for upstream in $UPSTREAMS; do
  words="$words --upstream $upstream"
done
# shellcheck disable=SC2086
python3 "$proxy/nginx/render.py" --server-name "$SERVER_NAME" $words \
  --certificate "${CERTIFICATE:-/run/secrets/certificate}" --certificate-key "${CERTIFICATE_KEY:-/run/secrets/certificate_key}" \
  --http-port "${HTTP_PORT:-80}" --https-port "${HTTPS_PORT:-443}" \
  --static "${STATIC:-$proxy/static}" --log "${LOG:-/var/log/nginx}" --output "$run/hristudio.conf"
exec nginx "$@"
