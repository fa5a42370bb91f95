import type { ReactNode } from 'react'
import type { EventLife } from '../../api/types.ts'
import { Documents } from '../../parts/documents.tsx'
import { Time } from '../../parts/time.tsx'
import { duration } from '../../parts/when.ts'
import { ActionTable } from '../actions/actions.tsx'
import { Attempts, Committed, DeadLetter, Delivered } from './began.tsx'
import { Effects, Emails, Files } from './followed.tsx'
import { Ledger } from './ledger.tsx'
import { providerName } from './provider-name.ts'
import { Body } from './reveal.tsx'
import { Changes, Rows } from './rows.tsx'

/** The life of an event as a line, from the provider to what followed from it. Steps that did not happen are left out. */
export function Life({ life }: { life: EventLife }) {
  const { event, attempts, deadLetter, facts, changes, ledger, effects, emails, documents, files, actions } = life
  return (
    <ol className="life">
      {event.occurredAt && (
        <Step name="Happened" at={event.occurredAt}>
          <p>
            At {providerName(event.provider)}
            {lag(event.occurredAt, event.receivedAt)}
          </p>
        </Step>
      )}
      <Step
        name="Delivered"
        at={event.receivedAt}
        {...(life.deliveries.length > 1 && { count: life.deliveries.length })}
      >
        <Delivered life={life} />
      </Step>
      <Step name="Body">
        <Body event={event} />
      </Step>
      {attempts.length > 0 && (
        <Step name="Failed attempts" count={attempts.length} tone="bad">
          <Attempts attempts={attempts} />
        </Step>
      )}
      {deadLetter && (
        <Step name="Dead letter" at={deadLetter.failedAt} tone={deadLetter.redrivenAt ? undefined : 'bad'}>
          <DeadLetter deadLetter={deadLetter} />
        </Step>
      )}
      {!(deadLetter && event.status === 'failed') && (
        <Step name={endOf(event)} at={event.processedAt} tone={TONES[event.status]}>
          <Committed event={event} />
        </Step>
      )}
      {facts.length > 0 && (
        <Step name="Rows" count={facts.length}>
          <Rows rows={facts} />
        </Step>
      )}
      {changes.length > 0 && (
        <Step name="Changes" count={changes.length}>
          <Changes changes={changes} />
        </Step>
      )}
      {ledger.length > 0 && (
        <Step name="Ledger" count={ledger.length}>
          <Ledger lines={ledger} />
        </Step>
      )}
      {effects.length > 0 && (
        <Step
          name="Effects"
          count={effects.length}
          tone={effects.some(({ status }) => status === 'failed') ? 'bad' : undefined}
        >
          <Effects effects={effects} />
        </Step>
      )}
      {emails.length > 0 && (
        <Step name="E-mails" count={emails.length}>
          <Emails emails={emails} />
        </Step>
      )}
      {documents.length > 0 && (
        <Step name="Documents" count={documents.length}>
          <Documents documents={documents} />
        </Step>
      )}
      {files.length > 0 && (
        <Step name="Files" count={files.length}>
          <Files files={files} />
        </Step>
      )}
      {actions.length > 0 && (
        <Step name="Actions of operators" count={actions.length}>
          <ActionTable
            actions={actions}
            caption="Actions that named the event, redrove it, or changed the state of its cause"
          />
        </Step>
      )}
    </ol>
  )
}

interface StepProps {
  name: string
  at?: string | null
  count?: number
  tone?: 'bad' | 'waiting' | undefined
  children: ReactNode
}

function Step({ name, at, count, tone, children }: StepProps) {
  return (
    <li className={tone}>
      <header>
        <h2>
          {name}
          {count !== undefined && <span className="count"> {count}</span>}
        </h2>
        {at && <Time at={at} exact />}
      </header>
      <div className="step">{children}</div>
    </li>
  )
}

const ENDS: Record<string, string> = {
  received: 'Not yet processed',
  processed: 'Committed',
  ignored: 'Ignored',
  failed: 'Failed',
}

const TONES: Record<string, StepProps['tone']> = { received: 'waiting', failed: 'bad' }

const endOf = ({ status }: EventLife['event']): string => ENDS[status] ?? status

/** `, and arrived 2 s later`. Clocks differ: an arrival before the event is not told. */
function lag(occurredAt: string, receivedAt: string): string {
  const milliseconds = Date.parse(receivedAt) - Date.parse(occurredAt)
  return milliseconds > 0 ? `, and arrived ${duration(milliseconds)} later` : ''
}
