import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY, withFolder } from '@sluice/testing'

/** A checkout with passwords of its own, whose containers are apart from others of this machine. */
export interface Checkout {
  compose(...args: string[]): { status: number | null; output: string }
  /** `docker/deploy.sh`. */
  deploy(...args: string[]): { status: number | null; output: string }
  /** Changes a line of docker/.env. @returns what it was */
  setVariable(name: string, value: string): string
  /** Sends a request to the proxy each 200 ms while `work` runs. */
  probe<T>(work: () => Promise<T>): Promise<{ result: T; answers: Answer[] }>
}

export interface Answer {
  /** Milliseconds since 1970. */
  at: number
  /** Of HTTP; 0: no answer. */
  status: number
}

const PROJECT = 'sluice-test'

/** The files that git knows, as they are now. Their containers, networks and volumes are removed afterwards. */
export const withCheckout = (use: (checkout: Checkout) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const copy = 'git ls-files --cached --others --exclude-standard -z | xargs -0 cp --parents --no-dereference -t "$0"'
    execFileSync('sh', ['-c', copy, folder], { cwd: REPOSITORY })
    const checkout = checkoutIn(folder)
    execFileSync('sh', ['docker/make-env.sh'], { cwd: folder })
    checkout.setVariable('STRIPE_WEBHOOK_SECRET', `whsec_${'c2x1aWNl'.repeat(4)}`)
    try {
      await use(checkout)
    } finally {
      checkout.compose('--profile', 'tools', 'down', '--volumes', '--timeout', '5')
    }
  })

function checkoutIn(folder: string): Checkout {
  const options = { cwd: folder, env: { ...process.env, COMPOSE_PROJECT_NAME: PROJECT }, encoding: 'utf8' } as const
  const run = (program: string, args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { ...options, maxBuffer: 64 << 20 })
    return { status, output: stdout + stderr }
  }
  const compose = (...args: string[]) => run('docker', ['compose', '-f', 'docker/compose.yml', ...args])
  return {
    compose,
    deploy: (...args) => run('sh', ['docker/deploy.sh', ...args]),
    setVariable(name, value) {
      const file = join(folder, 'docker/.env')
      const text = readFileSync(file, 'utf8')
      const line = new RegExp(`^${name}=(.*)$`, 'm')
      const before = line.exec(text)?.[1]
      if (before === undefined) appendFileSync(file, `${name}=${value}\n`)
      else
        writeFileSync(
          file,
          text.replace(line, () => `${name}=${value}`),
        )
      return before ?? ''
    },
    async probe(work) {
      const name = `${PROJECT}-probe-${Date.now()}`
      const own = [
        'run',
        '--rm',
        '--name',
        name,
        '--network',
        `${PROJECT}_outside`,
        '--entrypoint',
        'node',
        'sluice-cli',
      ]
      const probe = spawn('docker', [...own, '-e', PROBE], { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
      let printed = ''
      probe.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text
      })
      await once(probe.stdout, 'data')
      try {
        const result = await work()
        run('docker', ['stop', '--time', '2', name])
        await once(probe, 'close')
        const lines = printed.split('\n').slice(0, -1)
        return { result, answers: lines.map((line) => JSON.parse(line)) }
      } finally {
        probe.kill()
      }
    },
  }
}

/** Runs in a container beside the proxy, so that it does not matter whose network the engine uses. */
const PROBE = `
process.on('SIGTERM', () => process.exit())
const ask = async () => {
  const at = Date.now()
  const status = await fetch('http://proxy:3000/webhooks/stripe', {
    method: 'POST', body: '{}', headers: { connection: 'close' }, signal: AbortSignal.timeout(5000),
  }).then((answer) => answer.status, () => 0)
  console.log(JSON.stringify({ at, status }))
}
setInterval(ask, 200)
`
