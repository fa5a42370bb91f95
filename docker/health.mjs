// health.mjs VARIABLE PORT: exits with 0 when the app on the port that the variable names, or else on that one, is alive.
const [variable, standard] = process.argv.slice(2)
const url = `http://127.0.0.1:${process.env[variable] || standard}/healthz`
const alive = await fetch(url, { signal: AbortSignal.timeout(2_500) }).then(
  ({ ok }) => ok,
  () => false,
)
process.exit(alive ? 0 : 1)
