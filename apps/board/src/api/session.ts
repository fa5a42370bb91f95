import type { RequestHandler } from 'express'
import { personOf } from '../sign-in/authenticate.ts'
import type { Session } from './schemas/session.ts'

/** The person who is signed in. */
export const session =
  (settings: Pick<Session, 'readOnly' | 'environment' | 'maySend'>): RequestHandler =>
  (_request, response) => {
    const answer: Session = { ...personOf(response), ...settings }
    response.set('Cache-Control', 'no-store').json(answer)
  }
