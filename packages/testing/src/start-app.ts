import { existsSync } from 'node:fs'
import { freePort } from '@sluice/dev-services'
import { eventually } from './eventually.ts'
import { entryOf } from './repository.ts'
import { startProcess, type TestProcess } from './start-process.ts'

export type AppName = 'ingest' | 'worker' | 'board'

export interface TestApp extends TestProcess {
  name: AppName
  port: number
  url: string
}

export interface AppOptions {
  env: Record<string, string | undefined>
  cwd?: string
  /** File descriptor that its log goes to, instead of `output()`. */
  stdout?: number | undefined
  /** The port it had before it was killed. Default: any free one. */
  port?: number
  /** The checkout whose build is started. Default: this one. */
  root?: string
  /** Must answer 200 before the app counts as started. Default: `/readyz`. For an app without a store: `/healthz`. */
  until?: '/readyz' | '/healthz'
}

/** An app as it runs in production: a process of its own, from `dist`. */
export async function startApp(name: AppName, options: AppOptions): Promise<TestApp> {
  const { env, cwd, root, stdout, until = '/readyz' } = options
  const entry = entryOf(name, root)
  if (!existsSync(entry)) throw new Error(`apps/${name} is not built: run pnpm build first.`)
  const port = options.port ?? (await freePort())
  const child = startProcess(entry, [], { env: { ...env, [`${name.toUpperCase()}_PORT`]: `${port}` }, cwd, stdout })
  const app = { ...child, name, port, url: `http://127.0.0.1:${port}` }
  try {
    await Promise.race([answers(app, until), endsEarly(app)])
    return app
  } catch (error) {
    await app.kill()
    throw error
  }
}

const answers = (app: TestApp, path: string): Promise<void> =>
  eventually(async () => {
    const response = await fetch(app.url + path).catch(() => null)
    if (response?.status !== 200) throw new Error(`${app.name} did not get ready on ${path}:\n${app.output()}`)
  }, 30_000)

async function endsEarly(app: TestApp): Promise<never> {
  const exitCode = await app.exited
  throw new Error(`${app.name} ended with ${exitCode} before it was ready:\n${app.output()}`)
}
