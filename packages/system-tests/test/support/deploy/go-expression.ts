// biome-ignore lint/suspicious/noExplicitAny: anything that YAML can hold
export type Value = any

export interface Scope {
  dot: Value
  /** By name, those of outer blocks by the prototype; `$` is under the empty name. */
  variables: Record<string, Value>
  functions: Record<string, (...args: Value[]) => Value>
}

/** A pipeline of Go's text/template, with nested ones in parentheses. */
export function evaluate(expression: string, scope: Scope): Value {
  const words = expression.match(/"(?:[^"\\]|\\.)*"|\)(?:\.[\w.]+)?|[(|]|[^\s()|"]+/g) ?? []
  const reader = { words, at: 0 }
  const value = pipeline(reader, scope)
  if (reader.at < words.length) throw new Error(`cannot read ${expression} from ${words[reader.at]} on`)
  return value
}

interface Reader {
  words: string[]
  at: number
}

function pipeline(reader: Reader, scope: Scope): Value {
  let value = command(reader, scope)
  while (reader.words[reader.at] === '|') {
    reader.at += 1
    value = command(reader, scope, [value])
  }
  return value
}

/** A function with its arguments, or one value. `last` are the arguments that the pipeline gives. */
function command(reader: Reader, scope: Scope, last: Value[] = []): Value {
  const first = operand(reader, scope)
  const args: Value[] = []
  while (reader.at < reader.words.length && !/^[|)]/.test(reader.words[reader.at] ?? '')) {
    args.push(operand(reader, scope))
  }
  if (typeof first === 'function') return first(...args, ...last)
  if (args.length + last.length > 0) throw new Error(`${reader.words.join(' ')}: not a function`)
  return first
}

function operand(reader: Reader, scope: Scope): Value {
  const word = reader.words[reader.at++] ?? ''
  if (word === '(') {
    const value = pipeline(reader, scope)
    return fieldOf(value, (reader.words[reader.at++] ?? '').slice(1)) // `)`, or `).name`
  }
  if (word.startsWith('"')) return JSON.parse(word)
  if (/^-?\d+$/.test(word)) return Number(word)
  if (word === 'true' || word === 'false') return word === 'true'
  if (word.startsWith('.')) return fieldOf(scope.dot, word)
  const [, name = '', fields = ''] = /^\$(\w*)(\..*)?$/.exec(word) ?? []
  if (word.startsWith('$')) {
    if (!(name in scope.variables)) throw new Error(`there is no variable ${word}`)
    return fieldOf(scope.variables[name], fields)
  }
  const found = scope.functions[word]
  if (!found) throw new Error(`the chart keeps to a part of the language without: ${word}`)
  return found
}

const fieldOf = (value: Value, path: string): Value =>
  path
    .split('.')
    .filter(Boolean)
    .reduce((inner, key) => inner?.[key], value)

export const isTrue = (value: Value): boolean =>
  Boolean(value) && (typeof value !== 'object' || Object.keys(value).length > 0)

/** As Go prints it: a float from 1,000,000 with an exponent. Whole numbers of `int64` are bigint here. */
export function textOf(value: Value): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'number' || Math.abs(value) < 1e6) return String(value)
  return value.toExponential().replace(/e\+(\d)$/, 'e+0$1')
}
