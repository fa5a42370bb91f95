import { expect, test } from '@jest/globals'
import { readRevealedEmail } from '@sluice/database/actions'
import { deleteRenderedEmails, keepRenderedEmail } from '@sluice/database/records'
import { createEmailWriter, type Draft, keptDraft } from '@sluice/emails'
import { withActions } from './with-actions.ts'

const SCRIPT = '<script src="https://outside.example"></script>'

const DRAFT: Draft = {
  kind: 'payment.failed',
  values: { amount: { amount: 2_900n, currency: 'eur' } },
  details: { amountDue: { amount: 2_900n, currency: 'eur' }, invoice: SCRIPT },
  link: 'https://invoice.stripe.com/i/acct_1/canary',
  isTest: false,
}

const KEY = 'payment_failed:in_1:1'

const ROWS = `INSERT INTO notifications (effect_key, kind, recipient, subject, status, draft) VALUES
  ('${KEY}', 'payment.failed', 'ada@example.com', 'x', 'sent', $1),
  ('old', 'receipt', 'ada@example.com', 'x', 'sent', NULL),
  ('forgotten', 'payment.failed', '', '', 'sent', $1),
  ('newer', 'payment.failed', 'ada@example.com', 'x', 'sent', '{"draft":{"kind":"recipe"},"locales":null}')`

test('an e-mail is rendered again as it was sent, for the person who gave a reason, for ten minutes, and in no other row', () =>
  withActions(async (actions) => {
    const { owner, tools, carryOut } = actions
    const reveal = (email: string) => carryOut({ kind: 'reveal', filter: { email } })
    await owner.query(ROWS, [{ draft: keptDraft(DRAFT), locales: 'de-AT,en' }])

    const action = await reveal(KEY)
    expect([action.state, action.result, JSON.stringify(action).includes('canary')]).toEqual(['done', {}, false])
    const sent = await createEmailWriter({ sender: 'Acme' }).write(DRAFT, 'de-AT,en')
    expect(sent.html).not.toContain(SCRIPT)
    expect(await readRevealedEmail(owner, KEY, 'ada')).toMatchObject({
      ...{ state: 'done', problem: null },
      ...{ subject: sent.subject, text: sent.text, html: sent.html },
    })
    expect(await readRevealedEmail(owner, KEY, 'bo')).toBeNull()

    // A killed worker's action begins again.
    await keepRenderedEmail(tools.pool, { actionId: action.id, effectKey: KEY, subject: '', text: '', html: '' })
    expect((await readRevealedEmail(owner, KEY, 'ada'))?.html).toBe(sent.html)

    expect((await reveal('none')).result).toEqual({ problem: 'No e-mail has this effect key.' })
    expect((await reveal('old')).result).toEqual({ problem: expect.stringContaining('An older version sent it') })
    expect((await reveal('newer')).state).toBe('failed')
    await reveal('forgotten')
    expect((await owner.query('SELECT effect_key FROM rendered_emails')).rows).toEqual([{ effect_key: KEY }])

    await deleteRenderedEmails(tools.pool)
    expect((await owner.query('SELECT effect_key FROM rendered_emails')).rows).toHaveLength(1)
    await owner.query(`UPDATE rendered_emails SET rendered_at = now() - interval '11 minutes'`)
    await deleteRenderedEmails(tools.pool)
    expect((await owner.query('SELECT effect_key FROM rendered_emails')).rows).toEqual([])
    await owner.query(`ALTER TABLE operator_actions DISABLE TRIGGER USER;
      UPDATE operator_actions SET at = at - interval '10 minutes'`)
    expect(await readRevealedEmail(owner, KEY, 'ada')).toBeNull()
  }))
