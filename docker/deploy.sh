#!/bin/sh
# Puts a version or changed settings into service while webhooks are answered all the time.
#   sh docker/deploy.sh            builds the version of the checkout and starts it
#   sh docker/deploy.sh settings   starts the images that are there with docker/.env and docker/settings.env as they are now
#   sh docker/deploy.sh back       starts the images before the last build; the schema stays as it is
# `migrate` runs beside the old processes, new ingests beside old ones. If either fails, the old ones go on.
set -eu
cd "$(dirname "$0")/.."
INGESTS=2
APPS='cli ingest worker board'

main() {
  case ${1:-build} in
    build) build_images; migrate ;;
    settings) migrate ;;
    back) use_previous_images ;;
    *) echo 'build, settings or back: docker/README.md#deploy-a-new-version' >&2; exit 2 ;;
  esac
  compose up --detach --no-deps --wait postgres redis
  replace_ingests
  compose up --detach --no-deps --wait proxy worker board
  compose up --detach --no-deps prometheus grafana
}

compose() { docker compose -f docker/compose.yml "$@"; }
image() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null || true; }

build_images() {
  for app in $APPS; do eval "before_$app=\$(image sluice-$app:latest)"; done
  compose build --build-arg VERSION="$(git describe --always --dirty 2>/dev/null || echo unknown)"
  for app in $APPS; do
    eval "before=\$before_$app"
    [ -z "$before" ] || [ "$before" = "$(image "sluice-$app:latest")" ] || docker tag "$before" "sluice-$app:previous"
  done
  docker image prune --force --filter label=org.opencontainers.image.title=sluice >/dev/null
}

use_previous_images() {
  for app in $APPS; do docker tag "sluice-$app:previous" "sluice-$app:latest"; done
}

migrate() {
  compose up --detach --no-recreate --wait postgres redis
  compose run --rm --no-deps migrate
}

# New ones start beside the old ones, which stop one after the other once all new ones answer.
replace_ingests() {
  compose rm --force ingest # those that have ended, or they would be started again, with the old image
  old=$(compose ps --quiet ingest)
  if ! compose up --detach --no-deps --no-recreate --wait --scale "ingest=$(($(count "$old") + INGESTS))" ingest; then
    for container in $(compose ps --all --quiet ingest); do
      case $old in *"$container"*) continue ;; esac
      docker logs --tail 20 "$container" >&2
      docker rm --force "$container" >/dev/null
    done
    echo 'The new ingest does not answer: the old one goes on.' >&2
    exit 1
  fi
  sleep 3 # the proxy asks for their addresses each second
  for container in $old; do
    docker stop "$container" >/dev/null
    docker rm "$container" >/dev/null
  done
}

# shellcheck disable=SC2086 # one word per container
count() { set -- $1 && echo $#; }

main "$@"
