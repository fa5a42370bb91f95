// `npm start`: from a fresh checkout to a running stack.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepare, ROOT } from './prepare.mjs'

await prepare()

const main = join(ROOT, 'apps', 'cli', 'dist', 'main.js')
const up = spawn(process.execPath, [main, 'up', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' })

// A terminal sends Ctrl-C to `up` as well, which then stops everything in order: this process only waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => up.kill('SIGTERM'))
process.on('SIGHUP', () => up.kill('SIGTERM'))
up.once('close', (exitCode) => process.exit(exitCode ?? 1))
