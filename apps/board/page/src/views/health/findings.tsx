import { counted } from '../../actions/words.ts'
import type { Finding, Health } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** In words: the verdicts of the terminal. */
const WORDS: Record<Finding['verdict'], string> = {
  failed: 'failed',
  found: 'needs attention',
  good: 'good',
  skipped: 'not checked',
}

/** A line for each dead letter. Their list has more. */
const LETTER = 'Dead letter'

/** The rows that a check is about. */
const LINKS: Record<string, string> = {
  'Dead letters': '/d',
  'Waiting events': '/events?status=received',
  'Waiting effects': '/overview',
  'Redis writes': '/queues',
  Workers: '/queues',
}

/** Checks that need somebody come first, the rest on request. */
export function Findings({ examination }: { examination: Health['examination'] }) {
  if (examination === null) return <p>What the checks found is in the database, which does not answer.</p>
  const { at, findings: all } = examination
  if (at === null) return <NotExamined />
  const findings = all.filter(({ check }) => check !== LETTER)
  const of = (...verdicts: Finding['verdict'][]) =>
    verdicts.flatMap((wanted) => findings.filter(({ verdict }) => verdict === wanted))
  const [bad, rest] = [of('failed', 'found'), of('skipped', 'good')]
  return (
    <section aria-label="Checks" className="stack">
      <p>
        {bad.length === 0 ? (
          <State of="good" />
        ) : (
          <strong className="error">
            {counted(bad.length, 'check')} of {findings.length} not good
          </strong>
        )}{' '}
        {bad.length === 0 && `${counted(findings.length, 'check')}, and nothing to do.`} A worker checked{' '}
        <Time at={at} />, as <code>sluice doctor</code> does.
      </p>
      {bad.length > 0 && <List findings={bad} />}
      <details>
        <summary>
          {counted(of('good').length, 'good check')}, {of('skipped').length} not checked
        </summary>
        <List findings={rest} />
      </details>
    </section>
  )
}

const List = ({ findings }: { findings: Finding[] }) => (
  <ul className="plain checks">
    {findings.map(({ check, verdict, says }, index) => (
      <li key={`${check} ${index}`}>
        <State of={WORDS[verdict]} /> {LINKS[check] ? <a href={addressOf(LINKS[check])}>{check}</a> : <b>{check}</b>}
        <span className="says">{says}</span>
      </li>
    ))}
  </ul>
)

const NotExamined = () => (
  <section className="empty">
    <h2>No worker has checked yet</h2>
    <p>While one runs, the deployment is checked each minute. Start one, or check from a terminal:</p>
    <pre>npx sluice doctor</pre>
  </section>
)
