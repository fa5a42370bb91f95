import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AskButton, type AskField } from '../../actions/ask-button.tsx'
import { PreviewButton } from '../../actions/preview-button.tsx'
import { deadLetterQuery } from '../../api/queries.ts'
import type { DeadLetterGroup } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { adviceFor } from '../../parts/cause.tsx'
import { Command } from '../../parts/command.tsx'
import { Fact } from '../../parts/fact.tsx'
import { formatMoney } from '../../parts/money.ts'
import { Page } from '../../parts/page.tsx'
import { Pages } from '../../parts/pages.tsx'
import { Spark } from '../../parts/spark.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'
import { useReturnFocus } from '../../parts/use-return-focus.ts'
import { quote } from '../events/command-of.ts'
import { Members } from './members.tsx'
import { dailyLabel, stateOf } from './words.ts'

/** The open dead letters of one cause, and what operators said about it. */
export function DeadLetter({ fingerprint, cursor }: { fingerprint: string; cursor?: string | undefined }) {
  const query = useQuery(deadLetterQuery(fingerprint, cursor))
  useReturnFocus(query)
  return (
    <Page title={`Dead letters ${fingerprint}`} heading={<>Dead letters with one cause</>}>
      <Answer query={query} missing={<Gone fingerprint={fingerprint} />}>
        {({ items, next, group }) => (
          <>
            {group && <Head group={group} />}
            {items.length === 0 ? (
              <Gone fingerprint={fingerprint} />
            ) : (
              <>
                <Members members={items} />
                <Pages path={`/d/${encodeURIComponent(fingerprint)}`} cursor={cursor} next={next} />
              </>
            )}
          </>
        )}
      </Answer>
      <Command line={`sluice redrive --fingerprint ${quote(fingerprint)} --dry-run`} />
    </Page>
  )
}

function Head({ group }: { group: DeadLetterGroup }) {
  const { cause, type, of, count, first, last, customers, money, daily, note, owner } = group
  return (
    <section className="head" aria-label="The cause">
      <p className="title">
        <State of={stateOf(group)} /> {type} <span className="soft">{of}</span>
        <Spark counts={daily} label={dailyLabel(daily)} />
      </p>
      <pre className="error">{cause}</pre>
      {adviceFor(cause) && <p>{adviceFor(cause)}</p>}
      <dl className="facts">
        <Fact name="Open">{count}</Fact>
        <Fact name="First">
          <Time at={first} />
        </Fact>
        <Fact name="Last">
          <Time at={last} />
        </Fact>
        <Fact name="Customers">{customers}</Fact>
        {money.length > 0 && (
          <Fact name="Money">{money.map(({ currency, amount }) => formatMoney(amount, currency)).join(', ')}</Fact>
        )}
        {owner && <Fact name="Owner">{owner}</Fact>}
        {note && <Fact name="Note">{note}</Fact>}
      </dl>
      <Said group={group} />
      {count > 0 && (
        <PreviewButton
          subject={{
            kind: 'redrive',
            filter: { fingerprint: group.fingerprint },
            name: 'dead letters with this cause',
          }}
          label="Try now"
        />
      )}
      <Buttons group={group} />
    </section>
  )
}

/** The ways out of the state that it is in. */
function Buttons({ group: { fingerprint, state, note, owner } }: { group: DeadLetterGroup }) {
  const filter = { fingerprint }
  const fields: AskField[] = [
    { name: 'owner', label: 'Owner', hint: 'Who looks after it', value: owner ?? '' },
    { name: 'note', label: 'Note', type: 'lines', value: note ?? '' },
  ]
  const until: AskField = { name: 'until', label: 'For', type: 'duration' }
  return (
    <p className="links">
      {state !== 'resolved' && (
        <AskButton
          kind="resolve"
          label="Resolve"
          about="Its cause is mended. The next dead letter opens it again, as regressed. Open dead letters stay until they are redriven."
          filter={filter}
          fields={fields}
        />
      )}
      {state !== 'ignored' && (
        <AskButton
          kind="ignore"
          label="Ignore"
          about="Nobody is notified of it meanwhile. Dead letters are still collected."
          filter={filter}
          fields={[until, ...fields]}
        />
      )}
      <AskButton
        kind="reopen"
        label={state === 'open' ? 'Note' : 'Reopen'}
        about={state === 'open' ? 'Sets owner and note. It stays open.' : 'It needs somebody again.'}
        filter={filter}
        fields={fields}
      />
      <Link to="/actions" search={{ fingerprint }}>
        Actions of this cause
      </Link>
    </p>
  )
}

/** The person who set the state, and the time until which it holds. */
function Said({ group }: { group: DeadLetterGroup }) {
  const { state, regressedAt, changedBy, changedAt, ignoredUntil, resolvedAt, resolvedVersion } = group
  return (
    <>
      {regressedAt && (
        <p className="error">
          It came back <Time at={regressedAt} />
          {resolvedAt && (
            <>
              {' '}
              after it was resolved <Time at={resolvedAt} />
            </>
          )}
          {resolvedVersion && ` with version ${resolvedVersion}`}.
        </p>
      )}
      {changedBy && changedAt && (
        <p className="soft">
          {state === 'open' ? 'Changed' : state} by {changedBy} <Time at={changedAt} />
          {state === 'ignored' && (ignoredUntil ? <Until at={ignoredUntil} /> : ', until somebody reopens it')}
          {state === 'resolved' && resolvedVersion && `, with version ${resolvedVersion}`}.
        </p>
      )}
    </>
  )
}

const Until = ({ at }: { at: string }) => (
  <>
    , until <Time at={at} exact />
  </>
)

const Gone = ({ fingerprint }: { fingerprint: string }) => (
  <section className="empty">
    <h2>No open dead letter has this cause</h2>
    <p>
      All with the fingerprint <span className="id">{fingerprint}</span> were redriven, or retention has deleted them. A
      redrive that fails again comes back here.
    </p>
    <p>
      <Link to="/d">All dead letters</Link>,{' '}
      <Link to="/actions" search={{ fingerprint }}>
        who redrove them
      </Link>
    </p>
  </section>
)
