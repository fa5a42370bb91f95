// `npm start`: from a fresh checkout to a running stack.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepare, ROOT } from './prepare.mjs'

await prepare()

const main = join(ROOT, 'apps', 'cli', 'dist', 'main.js')
const up = spawn(process.execPath, [main, 'up', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})

// A terminal sends Ctrl-C to `up` as well, which stops everything in order: only wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => up.kill(signal))
// npm passes SIGTERM only to its shell, which dies without telling us.
const parent = process.ppid
setInterval(() => process.ppid !== parent && up.kill('SIGTERM'), 500).unref()

up.once('close', (exitCode) => process.exit(exitCode ?? 1))
