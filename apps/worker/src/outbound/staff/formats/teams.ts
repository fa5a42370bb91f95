import { titleOf, type WebhookFormat } from './format.ts'

/**
 * An Adaptive Card, which Workflows and the older connectors take:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export const teams: WebhookFormat = {
  bodyOf: (content) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: [
            { type: 'TextBlock', text: titleOf(content), size: 'Medium', weight: 'Bolder', wrap: true },
            ...content.paragraphs.map((text) => ({ type: 'TextBlock', text, wrap: true })),
            { type: 'FactSet', facts: content.details.map(([title, value]) => ({ title, value })) },
          ],
          actions: content.button
            ? [{ type: 'Action.OpenUrl', title: content.button.label, url: content.button.url }]
            : [],
        },
      },
    ],
  }),
  // A connector answers 200 also when it delivers nothing, and names the status in the text.
  statusOf: (status, body) => Number(/returned HTTP error (\d{3})/.exec(body)?.[1] ?? status),
}
