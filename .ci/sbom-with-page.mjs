// Prints the list of the first file, with the components of the second that the build of the page names in the third.
import { readFileSync } from 'node:fs'

const [apps, board, licenses] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'))

const list = JSON.parse(apps)
const known = new Map(JSON.parse(board).components.map((component) => [component.purl, component]))

for (const [, name, version] of licenses.matchAll(/^## (\S+) - (\S+) \(.+\)$/gm)) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const component = known.get(purl)
  if (!component) throw new Error(`${purl} is in the page, and not in the packages of the board`)
  if (!list.components.some((one) => one.purl === purl)) list.components.push(component)
}
console.log(JSON.stringify(list, null, 2))
