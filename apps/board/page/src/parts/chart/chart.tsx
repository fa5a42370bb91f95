import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { DataTable } from '../data-table.tsx'
import { localTime } from '../when.ts'

const Plot = lazy(async () => ({ default: (await import('./plot.tsx')).Plot }))

export interface Line {
  label: string
  /** A colour of the theme: `accent`. */
  tone: string
  /** One for each point; null: nothing to tell. */
  values: (number | null)[]
}

export interface PlotProps {
  /** Starts of the points, in milliseconds. */
  times: number[]
  lines: Line[]
  format: (value: number) => string
  /** Opens the rows of a point. */
  open?: ((index: number) => void) | undefined
}

/** Lines are told apart by these as well as by colour, and so are their marks in the legend. */
export const DASHES: (number[] | undefined)[] = [undefined, [8, 4], [2, 3], [10, 3, 2, 3]]

/** Address of a page with rows. */
export interface Rows {
  to: string
  search: { [name: string]: string | undefined }
}

interface Props extends PlotProps {
  title: string
  /** Address of the rows of a point. */
  rowsAt: (index: number) => Rows
}

/** Lines over time, and the same as a table. */
export const Chart = ({ title, times, lines, format, open, rowsAt }: Props) => (
  <figure className="chart">
    <figcaption>{title}</figcaption>
    <ul className="legend" aria-hidden="true">
      {lines.map(({ label, tone }, index) => (
        <li key={label}>
          <svg viewBox="0 0 24 4" className={tone} aria-hidden="true">
            <line x1="0" y1="2" x2="24" y2="2" strokeDasharray={DASHES[index]?.join(' ')} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
    <Suspense fallback={<div className="plot" />}>
      <Plot times={times} lines={lines} format={format} open={open} />
    </Suspense>
    <details>
      <summary>
        As a table<span className="unseen">: {title}</span>
      </summary>
      <DataTable caption={title} heads={['From', ...lines.map(({ label }) => ({ number: label }))]}>
        <tbody>
          {times.map((time, index) =>
            lines.some(({ values }) => values[index]) ? (
              <tr key={time}>
                <th scope="row">
                  <Link {...rowsAt(index)}>{localTime(new Date(time)).replace(/[.,]\d{3}$/, '')}</Link>
                </th>
                {lines.map(({ label, values }) => (
                  <td key={label} className="number" data-label={label}>
                    {values[index] == null ? '' : format(values[index])}
                  </td>
                ))}
              </tr>
            ) : null,
          )}
        </tbody>
      </DataTable>
    </details>
  </figure>
)
