import type { ReactNode } from 'react'

/** The head of a column. Numbers are aligned at their right. */
export type Head = string | { number: string }

interface Props {
  /** Read aloud, and not shown: a heading above the table says the same. */
  caption: string
  heads: Head[]
  /** Of the table, beside `rows`. */
  className?: string
  /** Bodies and a foot. */
  children: ReactNode
}

/** A table with named columns. On a phone its rows become cards. */
export const DataTable = ({ caption, heads, className, children }: Props) => (
  <table className={className ? `rows ${className}` : 'rows'}>
    <caption className="unseen">{caption}</caption>
    <thead>
      <tr>
        {heads.map((head) =>
          typeof head === 'string' ? (
            <th key={head} scope="col">
              {head}
            </th>
          ) : (
            <th key={head.number} scope="col" className="number">
              {head.number}
            </th>
          ),
        )}
      </tr>
    </thead>
    {children}
  </table>
)
