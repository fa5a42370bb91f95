import { describeCases } from './support/describe-cases.ts'
import { invoice, moneyCase, session } from './support/money-events.ts'

/** The customer of the events of `money-events.ts`. */
const customer = (fields: object, type = 'customer.updated') => ({
  type,
  object: { id: 'cus_1', object: 'customer', email: 'ada@example.com', metadata: {}, ...fields },
})

const euros = { currency: 'eur', billing_reason: 'subscription_cycle' }
const receipt = (subject: string | RegExp, ...text: (string | RegExp)[]) => [{ kind: 'receipt', subject, text }]

describeCases('languages: an e-mail is in the language of its reader', {
  'german-customer': [
    {
      emails: receipt(
        'Ihr Zahlungsbeleg über 20,00 €',
        'Wir haben Ihre Zahlung über 20,00 € erhalten.',
        /Datum: +\d+\. \p{L}+ 20\d\d/u,
      ),
    },
  ],
  'a customer who wants Austrian German, or else French': [
    { emails: receipt('Ihr Zahlungsbeleg über 20,00 €') },
    { events: moneyCase(customer({ preferred_locales: ['de-AT', 'fr'] }), invoice(euros)) },
  ],
  'a customer who wants Italian, or else French': [
    { emails: receipt('Votre reçu pour le paiement de 20,00 €') },
    { events: moneyCase(customer({ preferred_locales: ['it', 'fr-CA'] }), invoice(euros)) },
  ],
  'a customer who wants a language that we do not have': [
    { emails: receipt('Your receipt for €20.00') },
    { events: moneyCase(customer({ preferred_locales: ['it'] }), invoice(euros)) },
  ],
  'a customer who changed to Spanish, and whose later checkout names no language': [
    { emails: receipt('Su recibo de 20,00 €') },
    {
      events: moneyCase(
        customer({ preferred_locales: ['de'] }, 'customer.created'),
        customer({ preferred_locales: ['es'] }),
        session({ currency: 'eur' }),
      ),
      modes: ['batch', 'single'], // an e-mail that is sent between the two is in German
    },
  ],
  'a buyer without a language of their own, after a checkout in Japanese': [
    { emails: receipt('¥2,000の領収書をお送りします', '¥2,000のお支払いを確認いたしました。') },
    { events: moneyCase(customer({ preferred_locales: [] }), session({ currency: 'jpy', locale: 'ja' })) },
  ],
})
