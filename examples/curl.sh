#!/usr/bin/env bash
# Asks for the QR code of an instance.
#   API_URL=… ID_INSTANCE=… API_TOKEN_INSTANCE=… ./curl.sh            the answer, JSON
#   API_URL=… ID_INSTANCE=… API_TOKEN_INSTANCE=… ./curl.sh qr.png     the picture, into a file
set -euo pipefail

API_URL="${API_URL:-http://127.0.0.1:8080}"
: "${ID_INSTANCE:?set ID_INSTANCE}" "${API_TOKEN_INSTANCE:?set API_TOKEN_INSTANCE}"
URL="${API_URL%/}/waInstance${ID_INSTANCE}/qr/${API_TOKEN_INSTANCE}"

if [ $# -eq 0 ]; then
  curl --silent --show-error --fail-with-body --max-time 60 "$URL"
  echo
  exit
fi

# Where there is no code, the answer is the JSON that says why.
type=$(curl --silent --show-error --fail-with-body --max-time 60 --header 'Accept: image/png' \
  --output "$1" --write-out '%{content_type}' "$URL")
if [ "${type%%;*}" != image/png ]; then
  cat "$1" >&2
  echo >&2
  rm -f -- "$1"
  exit 1
fi
echo "The code is in $1; it is good for about 20 seconds."
