import type { CaseOptions, Expected, ExpectedEmail } from './describe-cases.ts'

/** The expected e-mails of a variation: the kinds of its e-mails, or the e-mails. */
export const expecting = (emails: (string | ExpectedEmail)[], options: CaseOptions): [Expected, CaseOptions] => [
  { emails: emails.map((email) => (typeof email === 'string' ? { kind: email } : email)) },
  options,
]
