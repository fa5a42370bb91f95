import { fileURLToPath } from 'node:url'
import { freePort } from '@sluice/dev-services'
import { SECRETS, type Stack, startProcess, type TestProcess, withStack } from '@sluice/testing'
import { type ReplicateOptions, type TestReplicate, withReplicate } from '@sluice/testing/stand-ins'

/** Where files are kept, below the stack's directory. */
export const ASSETS = 'assets'

/** A stack whose worker finds Replicate at the stand-in. */
export const withGenerations = (
  options: ReplicateOptions,
  use: (stack: Stack, replicate: TestReplicate, startWorker: () => Promise<TestProcess>) => Promise<void>,
) =>
  withReplicate(
    (replicate) =>
      withStack({ workers: 0 }, async (stack) => {
        const workers: TestProcess[] = []
        const startWorker = async () => {
          const worker = startProcess(fileURLToPath(new URL('worker-of-replicate.mjs', import.meta.url)), [], {
            cwd: stack.directory,
            env: {
              ...stack.env,
              ...replicate.env,
              ASSET_HOSTS: 'replicate.delivery,*.replicate.delivery',
              ASSET_STORE: `file:${ASSETS}`,
              WORKER_PORT: String(await freePort()),
              SWEEP_INTERVAL_MS: '500',
              EVENT_BACKOFF_MS: '100',
              TEST_REPLICATE_CA: replicate.network.ca,
              TEST_REPLICATE_PORT: String(replicate.network.connectTo('').port),
            },
          })
          workers.push(worker)
          return worker
        }
        try {
          await use(stack, replicate, startWorker)
        } finally {
          await Promise.all(workers.map((worker) => worker.kill()))
        }
      }),
    { secret: SECRETS.replicate, ...options },
  )
