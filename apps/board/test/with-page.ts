import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A tab of a browser for one test. */
export async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
  if (!existsSync(CHROMIUM))
    throw new Error(`There is no ${CHROMIUM}: apt-get install -y --no-install-recommends chromium, or set CHROMIUM.`)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(15_000)
    await use(page)
  } finally {
    await browser.close()
  }
}

/** For a person who wants to look: only where SCREENSHOTS names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder) await page.screenshot({ path: `${folder}/board-${name}.png` })
}
