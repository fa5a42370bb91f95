import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'
import { createEmailWriter, EMAIL_KINDS, LANGUAGES, PLAIN_BRAND } from '../../src/index.ts'
import { contrastOf } from '../../src/layout/colors.ts'
import { samplesOf } from '../../src/samples.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

const BRAND = {
  ...PLAIN_BRAND,
  company: 'Donaudampfschifffahrtsgesellschaft Müller & Söhne 🎨 株式会社',
  address: ['Hauptstraße 12', '10115 Berlin'],
  support: 'support@donaudampfschifffahrtsgesellschaft.example',
  links: { account: 'https://acme.example/account', portal: 'https://billing.example/' },
}

/** As wide as the narrowest phone, and as a window on a desk. */
const WIDTHS = [320, 900]

let browser: Browser

beforeAll(async () => {
  if (!existsSync(CHROMIUM))
    throw new Error(`There is no ${CHROMIUM}: apt-get install -y --no-install-recommends chromium, or set CHROMIUM.`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(() => browser.close())

interface Look {
  language: string
  color?: string
}

/** Shows every e-mail, in test mode, so that its note is there too. */
async function eachEmail({ language, color = '#1d4ed8' }: Look, use: (page: Page) => Promise<void>) {
  const writer = createEmailWriter({ sender: 'Acme', brand: { ...BRAND, color } })
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  for (const { draft } of EMAIL_KINDS.flatMap(samplesOf)) {
    await page.setContent((await writer.write({ ...draft, isTest: true }, language)).html)
    await use(page)
  }
  await context.close()
}

test.each(LANGUAGES)('no e-mail in %s scrolls sideways or has a text cut off, on a phone and in a window', (language) =>
  eachEmail({ language }, async (page) => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 600 })
      expect(await page.evaluate<string[]>(WIDE_ELEMENTS)).toEqual([])
    }
  }),
)

test.each(['#1d4ed8', '#ffd400', '#111111', '#ffffff'])(
  'all can be read, light and dark, also buttons in %s',
  (color) =>
    eachEmail({ language: 'en', color }, async (page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const texts = await page.evaluate<ShownText[]>(SHOWN_TEXTS)
        expect(texts.length).toBeGreaterThan(5)
        expect(texts.filter(({ ink, paper }) => contrastOf(ink, paper) < 4.5)).toEqual([])
      }
    }),
)

/** Run in the page: the elements that reach beyond it, or whose content reaches beyond them. */
const WIDE_ELEMENTS = `
[...document.body.querySelectorAll('*')]
  .filter((element) => element.offsetParent !== null && element.checkVisibility({ opacityProperty: true }))
  .filter((element) => getComputedStyle(element).display !== 'inline')
  .filter((element) => element.getBoundingClientRect().right > innerWidth || element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.tagName + ' ' + element.textContent.slice(0, 40))`

interface ShownText {
  text: string
  ink: string
  paper: string
}

/** Run in the page: every visible text with its color and that of its background, as #rrggbb. */
const SHOWN_TEXTS = `
const hex = (color) =>
  '#' + color.match(/[\\d.]+/g).slice(0, 3).map((part) => Number(part).toString(16).padStart(2, '0')).join('')
const paperOf = (element) => {
  if (element === null) return '#ffffff'
  const { backgroundColor } = getComputedStyle(element)
  return backgroundColor === 'rgba(0, 0, 0, 0)' ? paperOf(element.parentElement) : hex(backgroundColor)
}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
const shown = []
while (walker.nextNode()) {
  const { textContent, parentElement } = walker.currentNode
  if (textContent.trim() === '' || !parentElement.checkVisibility({ opacityProperty: true })) continue
  shown.push({ text: textContent.trim(), ink: hex(getComputedStyle(parentElement).color), paper: paperOf(parentElement) })
}
shown`
