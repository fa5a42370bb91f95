import { evaluate, isTrue, type Scope, textOf } from './go-expression.ts'

/**
 * The part of Go's text/template that the chart keeps to: `if`, `else if`, `else`, `with`, `range`, `define`, variables,
 * comments and trimming. Anything else is refused. https://pkg.go.dev/text/template
 */
export type Node = string | { kind: string; text: string; body: Node[]; otherwise: Node[] }

export interface Template {
  nodes: Node[]
  defined: Map<string, Node[]>
}

export function parseTemplate(source: string): Template {
  const parts = source
    .replace(/\s*\{\{- ?/g, '{{')
    .replace(/ ?-\}\}\s*/g, '}}')
    .split(/\{\{((?:"(?:[^"\\]|\\.)*"|[^"])*?)\}\}/s)
  const reader = { parts, at: 0 }
  const defined = new Map<string, Node[]>()
  const nodes = readNodes(reader, defined)
  if (reader.at < parts.length) throw new Error(`no block is open at {{${parts[reader.at]}}}`)
  return { nodes, defined }
}

interface Reader {
  /** Texts and actions take turns. */
  parts: string[]
  at: number
}

/** Up to the `else` or `end` that belongs to a block around it, on which the reader then stands. */
function readNodes(reader: Reader, defined: Template['defined']): Node[] {
  const nodes: Node[] = [reader.parts[reader.at++] ?? '']
  while (reader.at < reader.parts.length) {
    const action = (reader.parts[reader.at] ?? '').trim()
    if (action === 'end' || /^else\b/.test(action)) break
    reader.at += 1
    const [, kind = '', text = ''] = /^(if|with|range|define)\s+(.+)$/s.exec(action) ?? []
    if (kind === 'define') defined.set(JSON.parse(text), readBlock(reader, kind, text, defined).body)
    else if (kind) nodes.push(readBlock(reader, kind, text, defined))
    else if (!action.startsWith('/*')) nodes.push({ kind: 'print', text: action, body: [], otherwise: [] })
    nodes.push(reader.parts[reader.at++] ?? '')
  }
  return nodes
}

function readBlock(reader: Reader, kind: string, text: string, defined: Template['defined']): Exclude<Node, string> {
  const body = readNodes(reader, defined)
  const [, elseIf] = /^else\s*(?:if\s+(.+))?$/s.exec((reader.parts[reader.at] ?? '').trim()) ?? []
  const isElse = /^else\b/.test((reader.parts[reader.at] ?? '').trim())
  if (reader.at >= reader.parts.length) throw new Error(`no end of ${kind} ${text}`)
  reader.at += 1
  if (!isElse) return { kind, text, body, otherwise: [] }
  if (elseIf) return { kind, text, body, otherwise: [readBlock(reader, 'if', elseIf, defined)] }
  const otherwise = readNodes(reader, defined)
  reader.at += 1
  return { kind, text, body, otherwise }
}

export const renderNodes = (nodes: Node[], scope: Scope): string =>
  nodes.map((node) => renderNode(node, scope)).join('')

function renderNode(node: Node, scope: Scope): string {
  if (typeof node === 'string') return node
  if (node.kind === 'print') return print(node.text, scope)
  if (node.kind === 'range') return renderRange(node, scope)
  const value = evaluate(node.text, scope)
  const inner = { ...scope, variables: Object.create(scope.variables) }
  if (!isTrue(value)) return renderNodes(node.otherwise, inner)
  return renderNodes(node.body, node.kind === 'with' ? { ...inner, dot: value } : inner)
}

function print(action: string, scope: Scope): string {
  const [, name = '', sign, expression = ''] = /^\$(\w+)\s*(:?=)\s*(.+)$/s.exec(action) ?? []
  if (!sign) return textOf(evaluate(action, scope))
  const owner = sign === ':=' ? scope.variables : ownerOf(name, scope.variables)
  owner[name] = evaluate(expression, scope)
  return ''
}

function ownerOf(name: string, variables: Scope['variables']): Scope['variables'] {
  if (Object.hasOwn(variables, name)) return variables
  const outer = Object.getPrototypeOf(variables)
  if (outer === null) throw new Error(`there is no variable $${name}`)
  return ownerOf(name, outer)
}

function renderRange(node: Exclude<Node, string>, scope: Scope): string {
  const [, key, value, expression = node.text] = /^\$(\w+),\s*\$(\w+)\s*:=\s*(.+)$/s.exec(node.text) ?? []
  const list = evaluate(expression, scope)
  const entries = Array.isArray(list) ? [...list.entries()] : Object.entries((list ?? {}) as object).sort()
  if (entries.length === 0) return renderNodes(node.otherwise, scope)
  return entries
    .map(([name, item]) => {
      const variables = Object.create(scope.variables)
      if (key && value) Object.assign(variables, { [key]: name, [value]: item })
      return renderNodes(node.body, { ...scope, variables, dot: item })
    })
    .join('')
}
