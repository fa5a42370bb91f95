#!/bin/sh
# Makes docker/.env with passwords of its own, readable for its owner alone. One that exists stays as it is, but gets the
# passwords that it lacks.
set -eu
file=$(dirname "$0")/.env

password() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

if [ -e "$file" ]; then
  echo "$file exists: what it has stays as it is."
  for name in REDIS_INGEST_PASSWORD REDIS_WORKER_PASSWORD REDIS_BOARD_PASSWORD; do
    grep -q "^$name=" "$file" && continue
    echo "$name=$(password)" >>"$file"
    echo "Added $name."
  done
  exit 0
fi

umask 077
cat >"$file" <<END
# Made by docker/make-env.sh. docker/README.md says how each is changed.
POSTGRES_PASSWORD=$(password)
INGEST_DATABASE_PASSWORD=$(password)
WORKER_DATABASE_PASSWORD=$(password)
BOARD_DATABASE_PASSWORD=$(password)
REDIS_PASSWORD=$(password)
REDIS_INGEST_PASSWORD=$(password)
REDIS_WORKER_PASSWORD=$(password)
REDIS_BOARD_PASSWORD=$(password)
BOARD_PASSWORD=$(password)
GRAFANA_PASSWORD=$(password)

# From the provider's page of the endpoint: whsec_…, several with commas while one is rotated.
STRIPE_WEBHOOK_SECRET=
REPLICATE_WEBHOOK_SECRET=
# How many proxies stand in front of compose: 1 for one that holds the certificate.
TRUST_PROXY=0
# true: events of Stripe's test mode are recorded as ignored.
LIVEMODE=

WORKERS=1
# Settings of what the worker sends and stores. Without them messages and documents are files of its volume, and nothing is
# asked of the providers. Every other variable of packages/runtime/README.md may be added.
STRIPE_API_KEY=
REPLICATE_API_TOKEN=
SMTP_URL=
MAIL_FROM=
ASSET_STORE=
END
echo "Made $file. Put the signing secrets of the providers into it."
