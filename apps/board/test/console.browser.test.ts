import { expect, test } from '@jest/globals'
import { ARRIVAL, ITS_END, PROCESS_ROWS, RECONCILE_ROWS, ROWS, SCRIPT } from './console-rows.ts'
import { FILE_ROWS } from './file-rows.ts'
import { overflowOf, reportsOf, violations, withProxied, withSignedIn } from './signed-in.ts'
import { keepPicture } from './with-page.ts'

/** Every view, and a text that is on it once its data is there. */
const VIEWS: [name: string, path: string, text: string][] = [
  ['events', '/events', 'evt_paid'],
  ['event', '/e/stripe/evt_paid', 'payment:in_1'],
  ['failed', '/e/replicate/msg_failed', 'Dead letter'],
  ['gone', '/e/stripe/evt_none', 'The inbox does not have evt_none'],
  ['filtered', '/events?type=none.*', 'No event matches'],
  ['dead-letters', '/d', 'handler_threw: no output'],
  ['dead-letter', '/d/abc123', 'msg_failed'],
  ['ignored', '/d?state=ignored', 'invalid_object: data.object'],
  ['ignored-group', '/d/def456', 'waits for Stripe'],
  ['actions', '/actions', 'the reason'],
  ['action', '/a/1', 'What was asked for'],
  ['customer', '/c/cus_1', 'trialing'],
  ['user', '/u/user_1', 'Role history'],
  ['overview', '/overview', 'no matching signature'],
  ['health', '/health', 'It lacks customer.subscription.paused'],
  ['reconcile', '/reconcile', '2 missed'],
  ['reconcile-run', '/reconcile/2', '2 missed'],
  ['emails', '/emails', 'Your receipt'],
  ['email', '/emails/receipt:in_1', 'Hidden until somebody gives a reason'],
  ['failed-email', '/emails/trial_ending:sub_1:1', 'no such user'],
  ['no-email', '/emails/none', 'No e-mail was begun under this key'],
  ['no-emails', '/emails?kind=none', 'No e-mail matches'],
  ['generations', '/generations', 'host_not_allowed'],
  ['generation', '/p/pred_files', '/a~1b'],
  ['no-generation', '/p/none', 'No generation has this prediction'],
  ['generations-filtered', '/generations?user=nobody', 'No generation matches'],
  ['ledger', '/ledger', 'balanced'],
  ['payment', '/payments/in_1', 'payment:in_1'],
  ['repeats', '/deliveries', 'evt_paid'],
  ['refused', '/deliveries?outcome=refused', 'The secret is of another endpoint'],
  ['live', '/live', 'evt_paid'],
  ['nowhere', '/nowhere', 'No such page'],
  ['no-send', '/send', 'No such page'],
]

/** In parts, for the limit of time. */
const PARTS = [0, 1, 2].map((part) => VIEWS.filter((_, index) => index % 3 === part))

test.each(PARTS)(
  'every view is accessible in both themes and on a phone, and asks no other site for anything',
  (...views) =>
    withSignedIn(async (page, { url, database }) => {
      await database.query(ROWS)
      await database.query(PROCESS_ROWS)
      await database.query(RECONCILE_ROWS)
      await database.query(FILE_ROWS)
      const strangers: string[] = []
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== url) strangers.push(request.url())
      })

      for (const [name, path, text] of views) {
        await page.goto(url + path)
        await page.getByText(text).first().waitFor()
        if (name === 'overview') await page.locator('.plot canvas').nth(2).waitFor()
        for (const width of [1280, 360]) {
          await page.setViewportSize({ width, height: 740 })
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            await keepPicture(page, `${name}-${width}-${colorScheme}`)
            // In the dark only colours differ, and they are the same on a phone.
            const isKnown = colorScheme === 'dark' && width === 360
            const found = isKnown ? [] : await violations(page, colorScheme === 'dark' ? ['color-contrast'] : undefined)
            expect([name, width, colorScheme, found]).toEqual([name, width, colorScheme, []])
          }
          expect([name, width, await overflowOf(page)]).toEqual([name, width, 0])
        }
        expect([name, await reportsOf(page)]).toEqual([name, []])
      }
      expect(strangers).toEqual([])
    }),
)

test('an operator resolves a cause, reads a body with a reason, and sees who did so', () =>
  withSignedIn(async (page, { url, database }) => {
    await database.query(ROWS)
    const ask = async (label: string) => {
      const dialog = page.getByRole('dialog', { name: label })
      await dialog.getByLabel('Reason').fill('too short')
      await dialog.getByRole('button', { name: label }).click()
      await dialog.getByRole('alert').getByText('must have 3 words or more').waitFor()
      await dialog.getByLabel('Reason').fill(`${SCRIPT} a customer asked`)
      expect(await violations(page)).toEqual([])
      await dialog.getByRole('button', { name: label }).click()
      return dialog
    }

    await page.goto(`${url}/d/abc123`)
    await page.getByRole('button', { name: 'Resolve' }).click()
    await page.getByRole('dialog').getByLabel('Owner').fill('cy')
    const dialog = await ask('Resolve')
    await dialog.getByText('Waiting for a worker').waitFor()
    const { rows } = await database.query(`UPDATE operator_actions SET state = 'done', finished_at = now()
      WHERE id = (SELECT max(id) FROM operator_actions) RETURNING kind, filter, actor`)
    expect(rows).toEqual([{ kind: 'resolve', filter: { fingerprint: 'abc123', owner: 'cy' }, actor: 'operator' }])
    await database.query(`UPDATE dead_letter_groups SET state = 'resolved', owner = 'cy' WHERE fingerprint = 'abc123'`)
    await dialog.getByText('Done.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('cy', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Reopen' }).waitFor()

    await page.goto(`${url}/e/stripe/evt_paid`)
    await page.getByRole('button', { name: 'Reveal', exact: true }).click()
    await ask('Reveal')
    await page.getByText('1.10').waitFor()
    await page.getByText('"Ada <img').waitFor()
    expect(await violations(page)).toEqual([])
    await keepPicture(page, 'revealed')

    await page.goto(`${url}/actions?kind=reveal`)
    await page.getByText('event evt_paid').waitFor()
    await page.getByRole('button', { name: 'Verify the chain' }).click()
    await page.getByText('The chain is whole').waitFor()
    await page.getByRole('link', { name: 'reveal' }).click()
    await page.getByText('a customer asked').waitFor()
    expect(await reportsOf(page)).toEqual([])
  }))

test('by keys alone, behind a proxy and below a path, an operator finds an event, what failed, and a new event live', () =>
  withProxied(async (page, { database }) => {
    await database.query(ROWS)
    const press = (...keys: string[]) =>
      keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve())
    const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

    // Where is evt_paid?
    await press('/')
    await page.getByRole('dialog').getByRole('combobox').waitFor()
    await page.keyboard.type('evt_paid')
    await page.getByRole('option', { name: /^event evt_paid/ }).waitFor()
    await press('Enter')
    await heading('invoice.paid')

    // Which events failed, by cause?
    await press('g', 'd')
    await heading('Dead letters')
    await page.getByText('handler_threw: no output').waitFor()
    await press('j', 'Enter')
    await heading('Dead letters with one cause')
    await page.getByText('msg_failed').waitFor()
    await press('j', 'Enter')
    await heading('prediction.completed')

    // Back to the place in the list.
    await press('Escape')
    await page.locator('a[data-row]:focus', { hasText: 'msg_failed' }).waitFor()

    // Which events arrive now?
    await press('l')
    await page.getByText('watching').waitFor()
    await database.query(ARRIVAL)
    const row = page.getByRole('row', { name: /evt_new/ })
    await row.getByText('received').waitFor()
    await database.query(ITS_END)
    await row.getByText('processed').waitFor()

    // The dialogs take the focus and give it back; keys can be switched off.
    await press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await press('Tab')
    expect(await page.evaluate('document.activeElement.closest("[role=dialog]") !== null')).toBe(true)
    await page.getByRole('checkbox').focus()
    await press(' ', 'Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await press('g', 'e')
    await heading('Live')
    expect(await reportsOf(page)).toEqual([])

    // By a link to the queues and back.
    await page.getByRole('link', { name: 'Queues' }).click()
    await page.getByText('webhook-events', { exact: true }).first().waitFor()
    expect(await reportsOf(page)).toEqual([])
    expect(new URL(page.url()).pathname).toBe('/sluice/queues')
    await page.goto(page.url().replace('queues', 'd'))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Password').waitFor()
  }))

test('pictures have a fixed size, what is none says so, a stranger’s file takes nothing over, and a view that cannot be loaded says so', () =>
  withSignedIn(async (page, { url, database }) => {
    await database.query(FILE_ROWS)
    await page.goto(`${url}/generations`)
    const picture = page.getByRole('img', { name: 'File 1 of pred_files' })
    await picture.waitFor()
    await page.evaluate('document.querySelector("img").decode()')
    expect(await page.evaluate('document.querySelector("img").naturalWidth')).toBe(1)
    const shape = '(({ loading, width, height }) => [loading, width === height])(document.querySelector("img"))'
    expect(await page.evaluate(shape)).toEqual(['lazy', true])

    await page.goto(`${url}/p/pred_files`)
    await page.getByText('It is not what its type says: save it instead').first().waitFor()
    await page.getByText('The store does not have this file any more').waitFor()
    await page.getByText(/1 not copied: the provider deletes it in \d+ (minutes|hour)/).waitFor()
    expect(await reportsOf(page)).toEqual([])

    await database.query(ROWS)
    await page.goto(`${url}/c/cus_1`)
    await page.getByRole('button', { name: 'Show receipt R-1' }).click()
    await page.frameLocator('iframe[title="receipt R-1"]').owner().waitFor()
    expect(await page.evaluate('frames.length')).toBe(1)
    expect(await reportsOf(page)).toEqual([])

    for (const key of ['job_1/polyglot.gif', 'receipts/in_1.pdf']) {
      await page.goto(`${url}/api/files/${encodeURIComponent(key)}`)
      expect([key, await page.title()]).not.toEqual([key, 'taken over'])
    }

    await page.route('**/assets/emails-*', (route) => route.abort())
    await page.goto(`${url}/emails`)
    await page.getByText('The board was updated since this page was loaded').waitFor()
    await page.getByRole('link', { name: 'Ledger' }).click()
    await page.getByRole('heading', { level: 1, name: 'Ledger' }).waitFor()
    for (const key of ['job_1/drawing.svg', 'job_1/page.html', 'job_1/fake-page.png']) {
      const download = page.waitForEvent('download')
      await page.goto(`${url}/api/files/${encodeURIComponent(key)}`).catch(() => {})
      expect((await download).suggestedFilename()).toBe(key.replace('job_1/', ''))
    }
  }))
