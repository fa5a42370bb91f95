import type { Person } from '../sign-in/people.ts'

interface Email {
  subject: string
}

/** E-mails as this person may see them: a viewer sees of a text how long it is. */
export const emailsFor = <One extends Email>({ role }: Person, emails: One[]): One[] =>
  role === 'viewer' ? emails.map((email) => ({ ...email, subject: maskText(email.subject) })) : emails

/** A text that somebody typed, or that quotes one, which may name a person. */
export const textFor = ({ role }: Person, text: string): string => (role === 'viewer' ? maskText(text) : text)

const maskText = (text: string): string => `••• (${text.length} characters)`
