import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { CREDENTIALS, type TestConsole, withConsole } from './with-board.ts'
import { withFiles } from './with-files.ts'
import { withPage } from './with-page.ts'
import { withProxy } from './with-proxy.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Signs in, which leads to the page of the console. */
export function withSignedIn(use: (page: Page, board: TestConsole) => Promise<void>): Promise<void> {
  return withFiles(({ files }) =>
    withConsole((board) => withPage((page) => signIn(page, board.url).then(() => use(page, board))), { files }),
  )
}

/** The same at a path of another address. */
export function withProxied(use: (page: Page, board: TestConsole) => Promise<void>): Promise<void> {
  return withProxy((proxy) => {
    const publicUrl = `${proxy.url}/sluice`
    return withConsole(
      (board) => {
        proxy.target = board.url
        return withPage((page) => signIn(page, publicUrl).then(() => use(page, board)))
      },
      { publicUrl, trustProxy: 1 },
    )
  })
}

export async function signIn(page: Page, url: string, login = CREDENTIALS): Promise<void> {
  await page.addInitScript({ content: KEEP_REPORTS })
  await page.goto(url)
  await page.getByLabel('User name').fill(login.user)
  await page.getByLabel('Password').fill(login.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
}

/** Runs in the browser: keeps what the content security policy refused. */
const KEEP_REPORTS = `
  globalThis.reports = []
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) =>
    reports.push(effectiveDirective + ' ' + blockedURI + ' ' + sourceFile))`

export const reportsOf = (page: Page): Promise<string[]> => page.evaluate('globalThis.reports')

/** The findings of axe. @param rules default: all */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE)
  const options = rules ? { runOnly: rules } : {}
  return page.evaluate(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target)))`,
  )
}

/** By how many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
