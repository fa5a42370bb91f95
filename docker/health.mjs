// health.mjs VARIABLES PORT: exits with 0 when the app is alive on the port in the first of these variables that is set
// (comma-separated), or else on that port.
const [variables, standard] = process.argv.slice(2)
const port =
  variables
    .split(',')
    .map((variable) => process.env[variable])
    .find(Boolean) ?? standard
const url = `http://127.0.0.1:${port}/healthz`
const alive = await fetch(url, { signal: AbortSignal.timeout(2_500) }).then(
  ({ ok }) => ok,
  () => false,
)
process.exit(alive ? 0 : 1)
