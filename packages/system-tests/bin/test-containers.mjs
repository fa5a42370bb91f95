// `pnpm test:containers`: builds the images, starts compose, deploys under load, and compares the chart with what Helm makes
// of it. Without a container engine, compose or Helm it says so and ends with 1: nothing was tested.
import { spawnSync } from 'node:child_process'

const answers = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0

const missing = [
  answers('docker', 'info') || 'a container engine that `docker info` reaches (Docker, or Podman with podman-docker)',
  answers('docker', 'compose', 'version') || '`docker compose`',
  answers('helm', 'version') || '`helm`',
].filter((one) => one !== true)

if (missing.length > 0) {
  console.error(`Nothing was tested. There is no ${missing.join(', no ')}.\n0 passed, 0 failed`)
  process.exit(1)
}
const { status } = spawnSync('pnpm', ['-s', 'jest', '--selectProjects', 'containers', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
