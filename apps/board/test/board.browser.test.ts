import { expect, test } from '@jest/globals'
import { QUEUES } from '@sluice/queue'
import { eventually } from '@sluice/testing'
import type { Page } from 'playwright-core'
import { CREDENTIALS, withBoard } from './with-board.ts'
import { keepPicture, withPage } from './with-page.ts'

test('an operator signs in, sees the queues and retries a failed job; nothing is loaded from elsewhere', () =>
  withBoard(async ({ url, events, failedJob }) => {
    const id = await failedJob()

    await withPage(async (page) => {
      const hosts = new Set<string>()
      page.on('response', (response) => hosts.add(new URL(response.url()).origin))

      await page.goto(`${url}/queues`)
      await keepPicture(page, 'sign-in')
      await page.getByLabel('User name').fill(CREDENTIALS.user)
      await page.getByLabel('Password').fill(CREDENTIALS.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      for (const name of Object.values(QUEUES)) await page.getByText(name, { exact: true }).first().waitFor()
      await keepPicture(page, 'queues')

      await page.goto(`${url}/queues/queue/${QUEUES.events}?status=failed`)
      await page.getByText('no such customer').first().waitFor()
      expect(await page.locator('a[href="/e/stripe/evt_1"]').count()).toBe(1)
      await keepPicture(page, 'failed')
      // The first of the job's buttons: it shows an arrow and has no name.
      await page.locator(`xpath=//*[text()="${id}"]/following::button[1]`).click()
      await confirm(page)

      await eventually(async () => expect(await events.getJobState(id)).toBe('waiting'))
      expect([...hosts]).toEqual([url])
    })
  }))

test('a browser without login sees nothing', () =>
  withBoard(async ({ url }) => {
    await withPage(async (page) => {
      for (const path of ['/', '/queues', `/queues/queue/${QUEUES.events}`, '/queues/api/queues']) {
        const answer = await page.request.get(url + path)
        expect([path, answer.status()]).toEqual([path, 401])
      }
    })
  }))

/** Bull Board asks before it writes. */
async function confirm(page: Page): Promise<void> {
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  const button = dialog.getByRole('button', { name: /confirm|yes|ok/i })
  await button.click()
}
