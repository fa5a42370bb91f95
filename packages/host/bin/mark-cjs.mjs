// Node and TypeScript take the files of a folder as CommonJS only where its nearest package.json says so.
import { writeFileSync } from 'node:fs'

writeFileSync(new URL('../dist/cjs/package.json', import.meta.url), '{ "type": "commonjs" }\n')
