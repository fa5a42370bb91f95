import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { createEmailWriter } from '@sluice/emails'
import { ROWS } from './console-rows.ts'
import { overflowOf, reportsOf, violations, withSignedIn } from './signed-in.ts'
import { keepPicture } from './with-page.ts'

/** A host that somebody else's text would like to reach. @param use gets its URL and what was asked of it */
async function withOutside(use: (url: string, asked: string[]) => Promise<void>): Promise<void> {
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** Texts of a stranger that do harm if they are read as HTML. */
const hostile = (outside: string): string => `
  <script src="${outside}/script"></script><script>parent.document.title = 'taken over'; document.title = 'ran'</script>
  <img src="${outside}/picture" onerror="parent.document.title = 'taken over'">
  <link rel="stylesheet" href="${outside}/style"><meta http-equiv="refresh" content="0;url=${outside}/refresh">
  <style>@import "${outside}/import"; body { background: url(${outside}/background) }</style>
  <iframe src="${outside}/frame"></iframe><object data="${outside}/object"></object>
  <a id="top" href="${outside}/top" target="_top">away</a><a id="self" href="${outside}/self">here</a>
  <form action="${outside}/form"><button>send</button></form>`

test('an e-mail is shown again in a frame where no text of a stranger runs, loads or leads anywhere', () =>
  withOutside((outside, asked) =>
    withSignedIn(async (page, { url, database }) => {
      await database.query(ROWS)
      const text = hostile(outside)
      const details = { charge: text, reason: text }
      const amount = { amount: 2_900n, currency: 'eur' }
      const draft = { kind: 'dispute.opened' as const, values: { amount }, details, isTest: false }
      const email = await createEmailWriter({ sender: text }).write(draft, 'en')

      await page.goto(`${url}/emails`)
      await page.getByRole('link', { name: 'receipt', exact: true }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Show the e-mail' }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').getByLabel('Reason').fill('a customer asked us')
      await page.getByRole('dialog').getByRole('button', { name: 'Show the e-mail' }).click()
      await page.getByText('A worker renders it …').waitFor()
      // Even if the layout escaped nothing.
      await database.query(
        `INSERT INTO rendered_emails (action_id, effect_key, subject, text, html)
          SELECT max(id), 'receipt:in_1', $1, $2, $3 FROM operator_actions`,
        [text, email.text, email.html.replace('</body>', `${text}</body>`)],
      )
      await database.query(`UPDATE operator_actions SET state = 'done' WHERE kind = 'reveal'`)
      const frame = page.frameLocator('iframe[title="The e-mail as HTML"]')
      await frame.locator('td.value', { hasText: '<script>parent' }).first().waitFor()
      await page.getByText('As plain text').click()
      await keepPicture(page, 'email-shown')
      expect(await violations(page)).toEqual([])
      await page.setViewportSize({ width: 360, height: 740 })
      await page.emulateMedia({ colorScheme: 'dark' })
      await keepPicture(page, 'email-shown-phone-dark')
      expect(await overflowOf(page)).toBe(0)

      expect(await reportsOf(page)).toEqual([])
      for (const name of ['button', '#top', '#self']) await frame.locator(name).dispatchEvent('click')
      await page.getByText('Shown until').waitFor()
      expect([asked, await page.title()]).toEqual([[], 'E-mail receipt:in_1 – Sluice'])
      await page.waitForFunction('reports.length > 0')
      expect(await reportsOf(page)).toEqual([expect.stringMatching(/^frame-src /)])

      // A frame of its own makes no difference.
      const answer = await page.goto(`${url}/api/emails/${encodeURIComponent('receipt:in_1')}/rendering.html`)
      expect([answer?.status(), await page.title(), asked]).toEqual([200, expect.not.stringContaining('ran'), []])
    }),
  ))

test('by keys alone, a slider shows how a person was after each event, and what is not known', () =>
  withSignedIn(async (page, { url, database }) => {
    await database.query(ROWS)
    await database.query(`
      UPDATE webhook_events SET processed_at = received_at WHERE event_id = 'evt_paid';
      UPDATE _prisma_migrations SET finished_at = now() - interval '30 minutes';
      INSERT INTO entitlements (entitlement_key, user_id, feature, source, stripe_customer_id)
        VALUES ('customer:cus_1:<b>', 'user_1', '<b>export</b>', 'customer:cus_1', 'cus_1')`)
    await page.goto(`${url}/u/user_1`)
    const slider = page.getByRole('slider')
    const table = page.getByRole('table', { name: 'State after this commit' })
    await slider.focus()
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^invoice\.paid, /)
    await table.getByText('PREMIUM').waitFor()
    await table.getByText('active').waitFor()
    await table.getByText('<b>export</b>').waitFor()
    await slider.scrollIntoViewIfNeeded()
    await keepPicture(page, 'state-now')

    await page.keyboard.press('ArrowLeft')
    await table.getByText('FREE').waitFor()
    await table.getByText('trialing').waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Home')
    await page.getByText('how it was at this event is not known').waitFor()
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ colorScheme: 'dark' })
    await slider.scrollIntoViewIfNeeded()
    await keepPicture(page, 'state-unknown-phone-dark')
    await page.keyboard.press('End')
    await table.scrollIntoViewIfNeeded()
    await keepPicture(page, 'state-phone-dark')
    expect([await overflowOf(page), await violations(page), await reportsOf(page)]).toEqual([0, [], []])

    await page.route('**/history', (route) => route.abort())
    await page.goto(`${url}/c/cus_1`)
    await page.getByText('The board cannot be reached').waitFor({ timeout: 30_000 })
    await page.getByText('Role history').waitFor()
    await keepPicture(page, 'state-failing')
  }))
