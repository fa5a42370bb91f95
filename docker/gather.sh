#!/bin/sh
# gather.sh APP FOLDER: puts what APP needs to run into FOLDER, laid out as in the repository, which is built and the
# current folder: manifests, built code, and the dependencies of production. Nothing of it is a link to the outside.
set -eu
app=$1
mkdir -p "$2"
to=$(cd "$2" && pwd)

cp package.json pnpm-lock.yaml pnpm-workspace.yaml docker/health.mjs "$to"
for folder in $(pnpm --silent --filter-prod "@sluice/$app..." list --depth -1 --parseable); do
  place=$to/${folder#"$PWD"/}
  mkdir -p "$place"
  cp -R "$folder/package.json" "$folder/dist" "$place"
  if [ -d "$folder/texts" ]; then cp -R "$folder/texts" "$place"; fi
done

cd "$to"
# Install scripts build nothing that runs here, and optional packages are Postgres binaries for trying out.
pnpm install --prod --no-optional --frozen-lockfile --ignore-scripts --filter "@sluice/$app..."
