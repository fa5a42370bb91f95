/** Explains the tables in plain words, for the person whose data it is. */
const TABLES: Record<string, string> = {
  webhook_events: 'what Stripe and Replicate reported about you, and when. The reports themselves are in `bodies/`',
  webhook_deliveries: 'reports about you that came more than once',
  webhook_attempts: 'attempts to process a report that failed',
  row_changes: 'when your role changed, and because of which report',
  operator_actions: 'what operators of this system asked for that concerned you',
  dead_letter_groups: 'notes of operators about a failure that name you',
  webhook_dead_letters: 'reports, and tasks that followed from them, that could not be processed',
  outbox_messages: 'tasks that followed from the reports, such as sending a receipt',
  notifications: 'e-mail that was sent to you: address, subject, the values of its text, and time',
  rendered_emails: 'e-mail to you that an operator has looked at in the last minutes',
  customers: 'your customer record at Stripe: address for e-mail, languages, the account it belongs to',
  users: 'your user, and the role that it has because of your subscriptions',
  user_changes: 'changes of your user that have not been looked at yet',
  subscriptions: 'your subscriptions and their state',
  subscription_items: 'what each subscription contains',
  entitlement_summaries: 'that Stripe has reported features for you',
  entitlements: 'the features that you may use',
  invoices: 'your invoices, with lines, taxes and your address',
  checkout_sessions: 'your visits to the payment page',
  credit_notes: 'credit notes for your invoices',
  payment_methods: 'your cards and other means of payment: brand, last four digits, end of validity',
  payment_references: 'the payments at Stripe that your payments here consist of',
  payments: 'your payments, and attempts that failed. Amounts are in the smallest unit of the currency',
  ledger_entries: 'how your payments, refunds and disputes were booked',
  credit_entries: 'how your credits were granted, reserved, spent and taken back',
  credit_accounts: 'how often you have reserved credits',
  refunds: 'your refunds',
  disputes: 'payments that you disputed at your bank',
  fraud_warnings: 'warnings by the issuer of a card',
  documents: 'receipts, invoices and credit notes that were made for you. They are in `files/`',
  generation_jobs: 'what you had generated: state and result',
  renders: 'results that consist of files',
  variants: 'each file of a result. Those that were stored are in `files/`',
}

const OTHERS: Record<string, string> = {
  bodies: 'in `bodies/`: the reports as they arrived',
  files: 'in `files/` and `emails/`: documents, pictures and e-mail',
}

/** @param exported numbers of rows by table, and of bodies and files */
export function readmeOf(exported: Readonly<Record<string, number>>): string {
  const lines = Object.entries(exported).map(([name, count]) => {
    const file = name in OTHERS ? '' : `\`${name}.json\`: `
    return `- ${file}${OTHERS[name] ?? TABLES[name] ?? 'further rows'} (${count})`
  })
  return `# The data that is stored about you

This folder has everything that this system holds about one person: records as JSON, which any text editor opens, and files
as they are stored. Times are in UTC.

${lines.join('\n')}

Ids such as \`cus_…\`, \`sub_…\`, \`in_…\` and \`pi_…\` are Stripe's: they connect the records. The column \`registers\` has the
facts that the other columns of a record follow from.

When a person is erased, payments and their booking stay, because the law asks for them. They no longer name the person.
`
}

/** The tables that are explained. A test compares them with those that are exported. */
export const EXPLAINED: readonly string[] = Object.keys(TABLES)
