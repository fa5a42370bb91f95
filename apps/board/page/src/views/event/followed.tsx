import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { AskButton } from '../../actions/ask-button.tsx'
import type { EventLife } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { Address } from '../../parts/address.tsx'
import { Cause } from '../../parts/cause.tsx'
import { sizeOf } from '../../parts/size.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** Effects after the commit: e-mails, documents, copies, messages to the host. */
export const Effects = ({ effects }: { effects: EventLife['effects'] }) => (
  <List>
    {effects.map(({ id, effectKey, kind, status, attempts, error, availableAt, doneAt, job }) => (
      <li key={id}>
        <State of={status} /> {kind} <span className="id">{effectKey}</span> {doneAt && <Time at={doneAt} />}
        {status === 'pending' && (
          <>
            due <Time at={availableAt} />
          </>
        )}
        {job && (
          <>
            {' '}
            <a href={addressOf(job)}>Job</a>
          </>
        )}
        {effectKey.startsWith('resend:') && <span className="below">sent again on request</span>}
        {status !== 'pending' && <Resend id={id} isDead={status === 'failed'} />}
        {error && status === 'skipped' && <span className="below">{error}</span>}
        {error && status !== 'skipped' && <Cause text={attempts > 1 ? `${error} (${attempts} attempts)` : error} />}
      </li>
    ))}
  </List>
)

export const Resend = ({ id, isDead }: { id: string; isDead: boolean }) => (
  <>
    {' '}
    <AskButton
      kind="resend"
      label={isDead ? 'Try again' : 'Send again'}
      about={
        isDead
          ? 'It is tried again under the same key: what the other system has done already is done once.'
          : 'It is carried out once more, under a key of its own. Whoever got the first one gets another.'
      }
      filter={{ effects: [id] }}
    />
  </>
)

export const Emails = ({ emails }: { emails: EventLife['emails'] }) => (
  <List>
    {emails.map(({ effectKey, kind, subject, status, sentAt }) => (
      <li key={effectKey}>
        <State of={status} />{' '}
        <Link to="/emails/$key" params={{ key: effectKey }}>
          {kind}
        </Link>{' '}
        <q>{subject}</q> {sentAt && <Time at={sentAt} />} <Address of="emails" id={effectKey} />
      </li>
    ))}
  </List>
)

export const Files = ({ files }: { files: EventLife['files'] }) => (
  <List>
    {files.map(({ predictionId, pointer, status, error, contentType, bytes, sha256 }) => (
      <li key={`${predictionId} ${pointer}`}>
        <State of={status} /> <span className="id">{pointer}</span> {contentType} {bytes !== null && sizeOf(bytes)}
        {error && <span className="below error">{error}</span>}
        {sha256 && <span className="below id">SHA-256 {sha256}</span>}
      </li>
    ))}
  </List>
)

const List = ({ children }: { children: ReactNode }) => <ul className="plain">{children}</ul>
