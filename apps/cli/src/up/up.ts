import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { migrate } from '@sluice/database/migrate'
import { placeOf } from '@sluice/stored-files'
import { print } from '../lib/print.ts'
import { APPS, chooseOpsPort, choosePorts, environmentOf, wantedPorts } from './apps.ts'
import { askInTerminal } from './ask.ts'
import { requireAlone } from './lock.ts'
import { screen } from './screen.ts'
import { keepSecrets } from './secrets.ts'
import { clearState, endSurvivors, type State, writeState } from './state.ts'
import { startStores } from './stores.ts'
import { supervise } from './supervise.ts'

/** Runs until it is stopped or fails to start, then stops everything that it started, in reverse order. */
export async function up({ json }: { json?: boolean }): Promise<void> {
  const directory = join(process.cwd(), '.sluice')
  const stop = onStop()
  const undo: Array<() => Promise<unknown>> = []
  const say = json ? () => {} : (line: string) => print(`  ${line}`)
  await mkdir(join(directory, 'logs'), { recursive: true })
  try {
    undo.push(await requireAlone(directory))
    await endSurvivors(directory)
    const wanted = await wantedPorts(json ? undefined : askInTerminal(stop))
    const stores = await startStores(directory, say)
    undo.push(stores.stop)
    stop.throwIfAborted()
    const placement = { schema: stores.databaseSchema, rolePrefix: stores.rolePrefix }
    const { applied, notes } = await migrate(stores.databaseUrl, placement)
    if (applied.length > 0) say(`✓ migrations (${applied.length} applied)`)
    notes.forEach(say)
    stop.throwIfAborted()
    const secrets = await keepSecrets(directory)
    const ports = await choosePorts(wanted)
    const opsPort = await chooseOpsPort()
    const healthPorts = { ...ports, ...(opsPort && { ingest: opsPort }) }
    const opsVariable = opsPort && { INGEST_OPS_PORT: String(opsPort) }
    const apps = APPS.map((name) => {
      const env = { ...environmentOf(name, ports, stores, secrets), ...opsVariable }
      return supervise(name, healthPorts[name], env, directory)
    })
    undo.push(...[...apps].reverse().map((app) => app.stop))
    const state: State = {
      ...stateOf(directory, ports, stores, secrets),
      ...ingestOps(opsPort),
      pids: apps.map((app) => app.pid()),
    }
    undo.push(() => clearState(directory))
    await writeState(directory, state)
    await Promise.all(apps.map((app) => app.ready(stop)))
    for (const app of apps) app.onRestart(() => writeState(directory, { ...state, pids: apps.map(({ pid }) => pid()) }))
    print(json ? JSON.stringify(state) : screen(state, directory))
    await aborted(stop)
    say('Stopping…')
  } catch (error) {
    if (!stop.aborted) throw error
  } finally {
    for (const step of undo.reverse()) await step()
  }
  say('Stopped. The data is kept in .sluice/ for the next start.')
}

function stateOf(
  directory: string,
  ports: Awaited<ReturnType<typeof choosePorts>>,
  { stop: _, ...stores }: Awaited<ReturnType<typeof startStores>>,
  secrets: Awaited<ReturnType<typeof keepSecrets>>,
): State {
  return {
    ingestUrl: `http://localhost:${ports.ingest}`,
    workerUrl: `http://localhost:${ports.worker}`,
    boardUrl: `http://localhost:${ports.board}`,
    ...stores,
    ...secrets,
    ...(process.env['QUEUE_PREFIX'] && { queuePrefix: process.env['QUEUE_PREFIX'] }),
    ...foldersOf(directory),
    pids: [],
  }
}

/** The folders of the worker, which runs in the same working directory. */
function foldersOf(directory: string, env = process.env): Pick<State, 'mailFolder' | 'assetFolder'> {
  const assets = placeOf(env['ASSET_STORE'] || 'file:.sluice/assets')
  return {
    ...(!env['SMTP_URL'] && { mailFolder: join(directory, 'mail') }),
    ...(assets?.kind === 'file' && { assetFolder: resolve(assets.directory) }),
  }
}

const ingestOps = (opsPort: number | undefined) => opsPort && { ingestOpsUrl: `http://localhost:${opsPort}` }

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Aborts on Ctrl-C, SIGTERM, a closed terminal or the end of `npm start`. Later signals change nothing. */
function onStop(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  process.once('disconnect', () => controller.abort())
  process.channel?.unref()
  return controller.signal
}
