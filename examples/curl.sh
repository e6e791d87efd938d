#!/bin/sh
# A page of a feed, ten seconds of its first video, and the next page, which knows of it.
#   sh examples/curl.sh [person]
set -eu
server=${VIREO_SERVER:-http://127.0.0.1:8080}
person=${1:-guest}

call() {
  curl --fail-with-body --silent --show-error --header 'content-type: application/json' "$@"
  echo
}

# Of the first result. A program reads JSON; for ids and tokens, which need no escapes, this will do.
first() {
  printf %s "$page" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

page=$(call "$server/v1/feed" --data "{\"userid\": \"$person\", \"resultPerPage\": 5}")
echo "$page"

call "$server/v1/events" --data "{\"events\": [{
  \"evtType\": \"Watch\", \"userid\": \"$person\", \"watchMs\": 10000,
  \"videoId\": \"$(first videoId)\", \"tracking\": \"$(first tracking)\"}]}"

call "$server/v1/feed" --data "{\"userid\": \"$person\", \"resultPerPage\": 5}"
