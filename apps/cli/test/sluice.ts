import { entryOf, SECRETS, type Stack, startProcess, withFolder } from '@sluice/testing'

export interface Ended {
  exitCode: number | null
  output: string
}

/** Runs `sluice` as a process of its own, in an empty folder, until it ends. */
export const sluice = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  withFolder(async (cwd) => {
    const started = startProcess(entryOf('cli'), args, { env, cwd })
    const exitCode = await started.exited
    return { exitCode, output: started.output() }
  })

/** The environment in which the commands find this stack. */
export const environmentOf = ({ ingests, postgres, redis }: Stack): Record<string, string> => ({
  INGEST_PORT: String(ingests[0]?.port),
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.url,
  STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
  REPLICATE_WEBHOOK_SECRET: SECRETS.replicate,
})

/** The lines that a command printed with `--json`, parsed. */
export const jsonOf = ({ output }: Ended) =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
