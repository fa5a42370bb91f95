import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { eventually, REPOSITORY } from '@sluice/testing'
import type { Locator, Page } from 'playwright-core'
import { withExample } from './with-example.ts'

/** CC-BY-4.0 is of data: which browser supports what. */
const LICENCES = ['Apache-2.0', 'BSD-3-Clause', '0BSD', 'CC-BY-4.0', 'ISC', 'MIT']

test.each(['express', 'nextjs'])(
  '%s: a purchase makes its user PREMIUM, and a picture is shown once it is stored',
  (name) =>
    withExample(name, async ({ url, page, stack }) => {
      const forged = await fetch(`${url}/sluice`, { method: 'POST', body: '{}' })
      expect([forged.status, await forged.text()]).toEqual([400, 'missing_header'])

      await page.goto(url)
      await page.getByText('FREE', { exact: true }).waitFor()
      await keepPicture(page, `${name}-home`)

      await page.getByRole('button', { name: 'Buy Pro' }).click()
      await page.getByRole('button', { name: 'Pay' }).click()
      await page.getByRole('heading', { name: 'Thank you' }).waitFor()
      await page.getByText('PREMIUM', { exact: true }).waitFor()
      await keepPicture(page, `${name}-success`)
      await page.getByRole('link', { name: 'Go on' }).click()
      await page.getByRole('heading', { name: 'Pictures' }).waitFor()
      await untilShown(page, 'checkout.completed')

      await page.getByRole('button', { name: 'Make a picture' }).click()
      const picture = page.getByRole('img', { name: 'The result' })
      await picture.waitFor()
      await eventually(async () => expect(await widthOf(picture)).toBe(256))
      await keepPicture(page, `${name}-picture`)
      await page.getByRole('link', { name: 'Back' }).click()
      await page.getByRole('heading', { name: 'Pictures' }).waitFor()

      await page.getByRole('button', { name: 'Manage subscription' }).click()
      await page.getByRole('button', { name: 'Cancel subscription' }).click()
      await page.getByRole('heading', { name: 'Pictures' }).waitFor()
      await eventually(async () => {
        await page.reload()
        expect(await page.getByText('FREE', { exact: true }).count()).toBe(1)
      })

      if (name === 'nextjs') {
        expect(await typeErrorsOf(name)).toBe('')
        expect(await foreignLicencesOf(name)).toEqual([])
      }
      expect(await stack.query('SELECT count(*)::int FROM webhook_dead_letters')).toEqual([{ count: 0 }])
    }),
)

/** The page does not change by itself. */
const untilShown = (page: Page, text: string): Promise<void> =>
  eventually(async () => {
    await page.reload()
    expect(await page.getByText(text, { exact: true }).count()).toBe(1)
  }, 120_000)

/** In pixels of the file; 0 until it is loaded. */
const widthOf = (picture: Locator): Promise<number> =>
  picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)

/** Of an example that brings its own compiler; the types of the others are part of `pnpm check`. */
async function typeErrorsOf(name: string): Promise<string> {
  const folder = join(REPOSITORY, 'packages/host/examples', name)
  const compiler = join(folder, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [compiler, '--noEmit', '--incremental', 'false'], { cwd: folder })
  return (await run.catch((error: Error & { stdout: string }) => error)).stdout
}

/** Packages with a licence under which not everybody may ship them. Those of the other examples are part of the checkout. */
async function foreignLicencesOf(name: string): Promise<string[]> {
  const cwd = join(REPOSITORY, 'packages/host/examples', name)
  const { stdout } = await promisify(execFile)('pnpm', ['licenses', 'list', '--prod', '--json'], { cwd })
  const byLicence = Object.entries(JSON.parse(stdout) as Record<string, { name: string }[]>)
  expect(byLicence.flatMap(([, some]) => some.map((one) => one.name))).toContain('next')
  const foreign = byLicence.filter(([licence]) => !LICENCES.includes(licence))
  return foreign.flatMap(([licence, some]) => some.map((one) => `${one.name}: ${licence}`))
}

/** For a person who wants to look: only where SCREENSHOTS names a folder. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder) await page.screenshot({ path: `${folder}/example-${name}.png` })
}
