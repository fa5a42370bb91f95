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

// A terminal sends Ctrl-C to `up` as well, which takes it once and stops everything in order: we only wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => up.kill(signal))
// npm passes a SIGTERM to its shell alone, which dies of it without a word to us.
const parent = process.ppid
setInterval(() => process.ppid !== parent && up.kill('SIGTERM'), 500).unref()

up.once('close', (exitCode) => process.exit(exitCode ?? 1))
