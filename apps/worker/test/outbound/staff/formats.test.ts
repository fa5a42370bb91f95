import { expect, test } from '@jest/globals'
import type { EmailContent } from '@sluice/emails'
import { discord } from '../../../src/outbound/staff/formats/discord.ts'
import { formatOf } from '../../../src/outbound/staff/formats/index.ts'
import { slack } from '../../../src/outbound/staff/formats/slack.ts'
import { teams } from '../../../src/outbound/staff/formats/teams.ts'

const CONTENT: EmailContent = {
  language: 'en',
  readers: 'staff',
  subject: 'Dispute over €20.00',
  title: 'A customer disputed €20.00',
  paragraphs: ['Submit evidence by 20 March.', 'Reason: <!channel> & @everyone *now*'],
  details: [
    ['Reason', 'product_not_received'],
    ['Dispute', 'dp_1'],
  ],
  button: { label: 'Respond in Stripe', url: 'https://dashboard.stripe.com/disputes/dp_1' },
  footer: 'Sent by Sluice',
  note: 'Test mode: no money has moved.',
}

test.each([
  ['https://hooks.slack.com/services/T0/B0/x', slack],
  ['https://discord.com/api/webhooks/1/x', discord],
  ['https://ptb.discord.com/api/webhooks/1/x', discord],
  ['https://discordapp.com/api/webhooks/1/x', discord],
  ['https://acme.webhook.office.com/webhookb2/x', teams],
  ['https://prod-1.westeurope.logic.azure.com:443/workflows/x', teams],
  ['https://default1.61.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x', teams],
  ['https://chat.example/hooks/x', slack],
  ['https://notdiscord.com/hooks/x', slack],
  ['https://discord.com.example/hooks/x', slack],
])('the format of %s', (url, format) => {
  expect(formatOf(new URL(url))).toBe(format)
})

test('Slack gets one text, which mentions nobody', () => {
  expect(slack.bodyOf(CONTENT)).toEqual({
    text: [
      '*[Test] A customer disputed €20.00*',
      'Submit evidence by 20 March.',
      'Reason: &lt;!channel&gt; &amp; @everyone *now*',
      '• Reason: product_not_received\n• Dispute: dp_1',
      '<https://dashboard.stripe.com/disputes/dp_1|Respond in Stripe>',
    ].join('\n\n'),
  })
})

test('Discord gets an embed, which mentions nobody', () => {
  expect(discord.bodyOf(CONTENT)).toEqual({
    embeds: [
      {
        title: '\\[Test\\] A customer disputed €20.00',
        description: 'Submit evidence by 20 March.\n\nReason: <!channel\\> & @everyone \\*now\\*',
        url: 'https://dashboard.stripe.com/disputes/dp_1',
        fields: [
          { name: 'Reason', value: 'product\\_not\\_received', inline: true },
          { name: 'Dispute', value: 'dp\\_1', inline: true },
        ],
      },
    ],
    allowed_mentions: { parse: [] },
  })
})

test('Discord gets no text that is longer than it takes', () => {
  const long = 'x'.repeat(5_000)
  const cut = (length: number) => `${'x'.repeat(length - 1)}…`
  expect(
    discord.bodyOf({ ...CONTENT, title: long, paragraphs: [long], details: [[long, long]], note: null }),
  ).toMatchObject({
    embeds: [{ title: cut(256), description: cut(2_000), fields: [{ name: cut(256), value: cut(1_024) }] }],
  })
})

test('Teams gets an Adaptive Card', () => {
  expect(teams.bodyOf(CONTENT)).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          body: [
            { type: 'TextBlock', text: '[Test] A customer disputed €20.00' },
            { type: 'TextBlock', text: 'Submit evidence by 20 March.' },
            { type: 'TextBlock', text: 'Reason: <!channel> & @everyone *now*' },
            {
              type: 'FactSet',
              facts: [
                { title: 'Reason', value: 'product_not_received' },
                { title: 'Dispute', value: 'dp_1' },
              ],
            },
          ],
          actions: [{ type: 'Action.OpenUrl', url: 'https://dashboard.stripe.com/disputes/dp_1' }],
        },
      },
    ],
  })
})

test.each([
  ['Discord', discord, 6_000],
  ['Teams', teams, 28_000],
  ['Slack', slack, 160_000],
])('%s gets no message that is longer than it takes, whatever an event says', (_name, { bodyOf }, bytes) => {
  const long = '漢'.repeat(500)
  const details = Array.from({ length: 60 }, (): [string, string] => [long, long])
  const body = JSON.stringify(bodyOf({ ...CONTENT, title: long, paragraphs: Array(20).fill(long), details }))
  expect(_name === 'Discord' ? body.replace(/[^漢]/g, '').length : Buffer.byteLength(body)).toBeLessThan(bytes)
})
