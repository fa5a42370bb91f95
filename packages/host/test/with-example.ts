import { existsSync } from 'node:fs'
import { freePort } from '@sluice/dev-services'
import { entryOf, eventually, type Stack, startProcess, withStack } from '@sluice/testing'
import { chromium, type Page } from 'playwright-core'
import { SECRET } from './signed.ts'

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']

export interface RunningExample {
  url: string
  page: Page
  stack: Stack
  /** The output of the example so far. */
  output(): string
}

/** An example as `sluice example` runs it beside a stack, and a browser that has opened it. */
export async function withExample(name: string, use: (example: RunningExample) => Promise<void>): Promise<void> {
  const port = await freePort()
  await withStack({ env: { HOST_WEBHOOK_SECRET: SECRET } }, async (stack) => {
    const settings = {
      ...stack.env,
      HOST_DATABASE_URL: stack.postgres.roleUrl('sluice_host'),
      INGEST_PORT: `${stack.ingests[0]?.port}`,
      HOME: process.env['HOME'],
    }
    const args = ['example', name, '--port', `${port}`]
    const example = startProcess(entryOf('cli'), args, { env: settings, cwd: stack.directory })
    try {
      const url = `http://localhost:${port}`
      await Promise.race([eventually(() => fetch(url, { redirect: 'manual' })), endsEarly(example)])
      await withPage((page) => use({ url, page, stack, output: example.output }))
    } catch (error) {
      throw new Error(`${name} printed:\n${example.output()}`, { cause: error })
    } finally {
      await example.kill('SIGTERM')
    }
  })
}

async function endsEarly({ exited, output }: ReturnType<typeof startProcess>): Promise<never> {
  throw new Error(`The example ended with ${await exited}: ${output()}`)
}

async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`There is no ${CHROMIUM}: apt-get install -y --no-install-recommends chromium, or set CHROMIUM.`)
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    await use(page)
  } finally {
    await browser.close()
  }
}
