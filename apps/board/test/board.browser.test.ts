import { expect, test } from '@jest/globals'
import { QUEUES } from '@sluice/queue'
import { hashPassword } from '@sluice/runtime/password'
import { eventually } from '@sluice/testing'
import type { Queue } from 'bullmq'
import type { Page } from 'playwright-core'
import { createPeople, parsePeople } from '../src/sign-in/people.ts'
import { CREDENTIALS, withBoard } from './with-board.ts'
import { keepPicture, withPage } from './with-page.ts'

test('an operator signs in, sees the queues and retries a failed job; nothing is loaded from elsewhere', () =>
  withBoard(async ({ url, events, failedJob }) => {
    const id = await failedJob()

    await withPage(async (page) => {
      const hosts = new Set<string>()
      page.on('response', (response) => hosts.add(new URL(response.url()).origin))

      await signInAs(page, `${url}/queues`, CREDENTIALS.user)
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

test('Bull Board shows no button whose write would be refused, and none at all to a viewer', async () => {
  const people = createPeople(CREDENTIALS, parsePeople(`vera:viewer:${await hashPassword(CREDENTIALS.password)}`))
  await withBoard(
    async ({ url, events, queues, failedJob }) => {
      await failedJob()
      await events.add('x', { provider: 'stripe', eventId: 'evt_2' }, { jobId: 'stripe-evt_2', delay: 1e9 })
      await events.add('x', { provider: 'stripe', eventId: 'evt_3' }, { jobId: 'stripe-evt_3', priority: 3 })
      const maintenance = queues.find(({ name }) => name === QUEUES.maintenance) as Queue
      await maintenance.upsertJobScheduler('retention', { pattern: '0 17 3 * * *' }, { name: 'retention' })

      await withPage(async (page) => {
        const buttonsAt = async (path: string, text: string) => {
          await page.goto(`${url}/queues/${path}`)
          await page.getByText(text).first().waitFor()
          return picturesIn(page, '[class*="Actions"] li button, td button')
        }
        const ofQueue = `queue/${QUEUES.events}?status=`
        await signInAs(page, `${url}/queues`, CREDENTIALS.user)
        expect(await buttonsAt(`${ofQueue}failed`, 'no such customer')).toEqual(['refresh-cw', 'refresh-cw', 'trash2'])
        await page.locator('button[class^="trigger-"][aria-haspopup="menu"]').click()
        await page.locator('[role="menu"][data-open]').waitFor()
        expect(await picturesIn(page, '[role="menuitem"]')).toEqual(['refresh-cw', 'pause'])
        const promote = 'corner-up-left'
        expect(await buttonsAt(`${ofQueue}delayed`, 'stripe-evt_2')).toEqual([promote, promote, 'trash2'])
        expect(await buttonsAt(`${ofQueue}prioritized`, 'stripe-evt_3')).toEqual(['trash2'])
        expect(await buttonsAt('job-schedulers', 'retention')).toEqual(['chevron-down'])

        await page.context().clearCookies()
        await signInAs(page, `${url}/queues`, 'vera')
        expect(await buttonsAt(`${ofQueue}failed`, 'no such customer')).toEqual([])
        expect(await page.locator('button[class^="trigger-"][aria-haspopup="menu"]').count()).toBe(0)
        expect(await buttonsAt('job-schedulers', 'retention')).toEqual(['chevron-down'])
      })
    },
    { people },
  )
})

test('a browser without login sees nothing', () =>
  withBoard(async ({ url }) => {
    await withPage(async (page) => {
      for (const path of ['/', '/queues', `/queues/queue/${QUEUES.events}`, '/queues/api/queues']) {
        const answer = await page.request.get(url + path)
        expect([path, answer.status()]).toEqual([path, 401])
      }
    })
  }))

async function signInAs(page: Page, address: string, user: string): Promise<void> {
  await page.goto(address)
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill(CREDENTIALS.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(QUEUES.events, { exact: true }).first().waitFor()
}

/** The pictures of the buttons that can be seen: they have no names. */
const picturesIn = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('${selector}')].filter((one) => one.checkVisibility())
    .flatMap((one) => /lucide-(\\S+)/.exec(one.querySelector('svg')?.getAttribute('class') ?? '')?.[1] ?? [])`)

/** Bull Board asks before it writes. */
async function confirm(page: Page): Promise<void> {
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'))
  const button = dialog.getByRole('button', { name: /confirm|yes|ok/i })
  await button.click()
}
