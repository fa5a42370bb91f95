import type { Person } from '../sign-in/people.ts'

interface Email {
  subject: string
}

/** E-mails as this person may see them: a viewer sees of a text how long it is. */
export const emailsFor = <One extends Email>({ role }: Person, emails: One[]): One[] =>
  role === 'viewer' ? emails.map((email) => ({ ...email, subject: maskText(email.subject) })) : emails

/** A text that somebody typed, or that quotes one, which may name a person. */
export const textFor = ({ role }: Person, text: string): string => (role === 'viewer' ? maskText(text) : text)

interface Action {
  reason: string
  filter: Record<string, unknown>
}

/** An action without what somebody typed into it. */
export const actionFor = <One extends Action>(person: Person, action: One): One => {
  const { note } = action.filter
  const filter = typeof note === 'string' ? { ...action.filter, note: textFor(person, note) } : action.filter
  return { ...action, reason: textFor(person, action.reason), filter }
}

const maskText = (text: string): string => `••• (${text.length} characters)`
