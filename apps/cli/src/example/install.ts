import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { ROOT } from './root.ts'

/** Where `npm start` has put pnpm, if the machine has none. */
const TOOLS = join(ROOT, '.sluice/tools/node_modules/.bin')

/** Installs exactly what the lock file of an example names. @throws when pnpm is missing or fails. */
export async function install(folder: string): Promise<void> {
  console.log('  Installing the packages of the example …')
  const child = spawn('pnpm', ['install', '--frozen-lockfile'], {
    cwd: folder,
    env: { ...process.env, CI: '1', PATH: `${process.env['PATH']}${delimiter}${TOOLS}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  const [code] = (await once(child, 'close').catch((error: Error) => [error.message])) as [number | string | null]
  if (code !== 0) throw new Error(`pnpm install in ${folder} ended with ${code}:\n${printed.join('').trim()}`)
}
