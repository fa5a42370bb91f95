import { useMemo } from 'react'
import { type JsonNode, parseNodes } from './json-nodes.ts'

/** Values that are open at first. */
const OPEN_DEPTH = 3

/** A JSON text, whose parts can be closed. Other texts are shown as they are. */
export function Json({ text, label }: { text: string; label: string }) {
  const node = useMemo(() => parseNodes(text), [text])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keys
    <section className="json" aria-label={label} tabIndex={0}>
      {node ? <Node node={node} depth={0} /> : <pre>{text}</pre>}
    </section>
  )
}

function Node({ node: { name, text, children }, depth }: { node: JsonNode; depth: number }) {
  const before = name !== '' && <span className="name">{name}: </span>
  if (children === undefined)
    return (
      <div>
        {before}
        <span className={text.startsWith('"') ? 'text' : 'literal'}>{text}</span>
      </div>
    )
  const end = text === '{' ? '}' : ']'
  if (children.length === 0)
    return (
      <div>
        {before}
        {text + end}
      </div>
    )
  return (
    <details open={depth < OPEN_DEPTH}>
      <summary>
        {before}
        {text} <span className="soft">{children.length}</span>
      </summary>
      {children.map((child, index) => (
        <Node key={index} node={child} depth={depth + 1} />
      ))}
      {end}
    </details>
  )
}
