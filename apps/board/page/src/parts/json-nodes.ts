/** A value of a JSON text. Numbers and strings are as they are written. */
export interface JsonNode {
  /** The name of the property as written, with its quotes; empty in a list. */
  name: string
  /** `{` or `[`, or the text of a value. */
  text: string
  /** The values within; undefined if it has no others. */
  children?: JsonNode[]
}

/** Deeper text is shown as it is. */
const DEPTH_MAX = 200

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs

/** The values of a JSON text; null if it is no JSON. Nothing is converted, since a number may have more digits than a double. */
export function parseNodes(text: string): JsonNode | null {
  if (!isJson(text)) return null
  const tokens = text.match(TOKENS) ?? []
  let at = 0
  const valueNamed = (name: string, depth: number): JsonNode => {
    const token = tokens[at++] ?? ''
    if (token !== '{' && token !== '[') return { name, text: token }
    if (depth > DEPTH_MAX) throw new RangeError('too deep')
    const children: JsonNode[] = []
    while (tokens[at] !== '}' && tokens[at] !== ']') {
      if (tokens[at] === ',') at += 1
      const inner = token === '{' ? (tokens[at] ?? '') : ''
      if (token === '{') at += 2 // the name and its colon
      children.push(valueNamed(inner, depth + 1))
    }
    at += 1
    return { name, text: token, children }
  }
  try {
    return valueNamed('', 0)
  } catch {
    return null
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
