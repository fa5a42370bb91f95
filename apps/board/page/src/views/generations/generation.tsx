import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { generationQuery } from '../../api/queries.ts'
import type { GenerationLife } from '../../api/types.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Fact } from '../../parts/fact.tsx'
import { Outward } from '../../parts/outward.tsx'
import { Page } from '../../parts/page.tsx'
import { sizeOf } from '../../parts/size.ts'
import { State } from '../../parts/state.tsx'
import { fileUrl, StoredFile } from '../../parts/stored-file.tsx'
import { Time } from '../../parts/time.tsx'
import { quote } from '../events/command-of.ts'
import { EventTable } from '../events/event-table.tsx'
import { Deletion } from './deletion.tsx'

/** One prediction: how it went, its files, and the parts of its output. */
export function Generation({ prediction }: { prediction: string }) {
  const query = useQuery(generationQuery(prediction))
  return (
    <Page
      title={`Generation ${prediction}`}
      heading={
        <>
          Generation <span className="id">{prediction}</span>
        </>
      }
    >
      <Answer query={query} missing={<Unknown prediction={prediction} />}>
        {(life) => <Known life={life} />}
      </Answer>
      <Command line={`sluice find ${quote(prediction)}`} />
    </Page>
  )
}

function Known({ life }: { life: GenerationLife }) {
  const { generation, events, endings, metrics, output, effects, links } = life
  const { files, filesRefused, error } = generation
  return (
    <>
      <Head life={life} />
      {error && (
        <Part name="Reason">
          <p className="error-text">{error}</p>
        </Part>
      )}
      {endings.length > 1 && (
        <Part name="Contradiction">
          <p>
            Its events report {endings.join(' and ')}. The earliest of them counts: <b>{generation.status}</b>.
          </p>
        </Part>
      )}
      {(files.length > 0 || filesRefused > 0) && (
        <Part name="Files" count={files.length}>
          <Deletion files={files} />
          {filesRefused > 0 && <p>{filesRefused} more were too many to copy.</p>}
          <Files life={life} />
        </Part>
      )}
      {output.length > 0 && (
        <Part name="Output" count={output.length}>
          <Output output={output} />
        </Part>
      )}
      {Object.keys(metrics).length > 0 && (
        <Part name="Metrics">
          <dl className="facts">
            {Object.entries(metrics).map(([name, value]) => (
              <div key={name}>
                <dt>{name.replaceAll('_', ' ')}</dt>
                <dd>
                  {value}
                  {name.endsWith('_time') && ' s'}
                </dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
      <Part name="Timeline" count={events.length}>
        {events.length > 0 ? (
          <EventTable events={events} caption="Events of the prediction, the oldest first" />
        ) : (
          <p>No event has arrived. Replicate is asked once it is overdue.</p>
        )}
        <p className="soft">Its input and output are in the bodies of these events.</p>
      </Part>
      {effects.length > 0 && (
        <Part name="Effects" count={effects.length}>
          <ul className="plain">
            {effects.map(({ effectKey, kind, status, error, doneAt }) => (
              <li key={effectKey}>
                <State of={status} /> {kind} <span className="id">{effectKey}</span> {doneAt && <Time at={doneAt} />}
                {error && <span className="below">{error}</span>}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <p className="links">
        <Outward href={links.provider}>Open at Replicate</Outward>
      </p>
    </>
  )
}

function Head({ life: { generation } }: { life: GenerationLife }) {
  const { id, userId, status, seenAt, completedAt } = generation
  return (
    <section className="head" aria-label="The generation">
      <p className="title">
        <State of={status} />
      </p>
      <dl className="facts">
        <Fact name="Job">
          <span className="id">{id}</span>
        </Fact>
        {userId && (
          <Fact name="User">
            <Link to="/u/$id" params={{ id: userId }} className="id">
              {userId}
            </Link>
          </Fact>
        )}
        <Fact name="Seen">
          <Time at={seenAt} />
        </Fact>
        {completedAt && (
          <Fact name="Completed">
            <Time at={completedAt} />
          </Fact>
        )}
      </dl>
    </section>
  )
}

function Files({ life: { generation } }: { life: GenerationLife }) {
  const name = generation.predictionId ?? generation.id
  return (
    <ul className="cards">
      {generation.files.map((file) => (
        <li key={file.pointer} className="card">
          <StoredFile file={file} name={`File ${file.index + 1} of ${name}`} />
          <p>
            <State of={file.status} /> <span className="id">{file.pointer}</span>
          </p>
          {file.error && <p className="below error">{file.error}</p>}
          <p className="soft">
            {file.contentType} {file.bytes !== null && sizeOf(file.bytes)}
          </p>
          {file.sha256 && <p className="below id">SHA-256 {file.sha256}</p>}
          {file.storageKey && (
            <p>
              <a href={fileUrl(file.storageKey)} download>
                Save<span className="unseen"> file {file.index + 1}</span>
              </a>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

const Output = ({ output }: { output: GenerationLife['output'] }) => (
  <DataTable caption="Parts of the output, without their values" heads={['Part', 'Type', 'Value']}>
    <tbody>
      {output.map(({ pointer, type, characters }) => (
        <tr key={pointer}>
          <th scope="row" className="id">
            {pointer || 'the whole'}
          </th>
          <td>{type}</td>
          <td className="soft">
            {type === 'null' ? 'null' : characters === null ? '•••' : `••• (${characters} characters)`}
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)

const Part = ({ name, count, children }: { name: string; count?: number; children: ReactNode }) => (
  <section>
    <h2>
      {name} {count !== undefined && <span className="count">{count}</span>}
    </h2>
    {children}
  </section>
)

const Unknown = ({ prediction }: { prediction: string }) => (
  <section className="empty">
    <h2>No generation has this prediction</h2>
    <p>
      Your application has no row in <code>generation_jobs</code> for it. Events may still name it: look for{' '}
      <Link to="/events" search={{ q: prediction }}>
        {prediction} among events
      </Link>
      .
    </p>
  </section>
)
