import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** None of the steps takes a minute on a slow machine. */
const STEP_MS = 120_000

export interface Step {
  instruction: string
  /** Flags like `--from=build`, by name. */
  flags: Record<string, string>
  /** The arguments of the instruction, without flags. */
  text: string
}

export interface Stage {
  name: string
  from: string
  steps: Step[]
}

/** The stages of a Dockerfile in their order. It knows what ours uses: one line a step, no heredoc. */
export function readDockerfile(path: string): Stage[] {
  const stages: Stage[] = []
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const step = readStep(line)
    const stage = /^(\S+) AS (\S+)$/.exec(step.text)
    if (step.instruction === 'FROM' && stage) stages.push({ from: stage[1] ?? '', name: stage[2] ?? '', steps: [] })
    else stages.at(-1)?.steps.push(step)
  }
  return stages
}

function readStep(line: string): Step {
  const [instruction = '', ...words] = line.split(' ')
  const flags: Record<string, string> = {}
  while (words[0]?.startsWith('--')) {
    const [name = '', value = ''] = (words.shift() ?? '').slice(2).split('=')
    flags[name] = value
  }
  return { instruction, flags, text: words.join(' ') }
}

/** A stage and those that it starts from, the outermost first. */
export function lineage(stages: Stage[], name: string): Stage[] {
  const stage = stages.find((one) => one.name === name)
  return stage ? [...lineage(stages, stage.from), stage] : []
}

/** The last of a kind of step that counts for a target, e.g. its `CMD` or `USER`. */
export const lastStep = (stages: Stage[], target: string, instruction: string): string | undefined =>
  lineage(stages, target)
    .flatMap(({ steps }) => steps)
    .findLast((step) => step.instruction === instruction)?.text

/**
 * Does what building `target` does, as plain commands: a folder in `place` stands for the root of each stage.
 * Base images are taken to be this machine. @returns the folder of the target.
 */
export function tryBuild(stages: Stage[], target: string, context: string, ignored: string[], place: string): string {
  const root = join(place, target)
  if (existsSync(root)) return root
  const stage = stages.find(({ name }) => name === target)
  if (!stage) throw new Error(`there is no stage ${target}`)
  const base = stages.find(({ name }) => name === stage.from)
  if (base) call('cp', ['-al', tryBuild(stages, base.name, context, ignored, place), root], place)
  else mkdirSync(root)

  let { env, folder } = inherited(stages, base?.name)
  for (const { instruction, flags, text } of stage.steps) {
    if (instruction === 'ENV') env = { ...env, ...variable(text) }
    if (instruction === 'WORKDIR') {
      folder = text
      mkdirSync(join(root, folder), { recursive: true })
    }
    // Debian's packages are those of this machine.
    if (instruction === 'RUN' && !text.startsWith('apt-get '))
      call('sh', ['-c', text], join(root, folder), environment(root, env))
    if (instruction === 'COPY') {
      const { from } = flags
      const source = from ? tryBuild(stages, from, context, ignored, place) : context
      copy(text.split(' '), source, from ? [] : ignored, root, folder)
    }
  }
  return root
}

function copy(paths: string[], source: string, ignored: string[], root: string, folder: string): void {
  const target = paths.at(-1) ?? ''
  const to = target.startsWith('/') ? join(root, target) : join(root, folder, target)
  for (const path of paths.slice(0, -1)) copyInto(join(source, path), to, ignored, source)
}

/** A folder gives what is in it, a file itself, as `COPY` has it. */
function copyInto(source: string, to: string, ignored: string[], context: string): void {
  mkdirSync(to, { recursive: true })
  const filter = (path: string) => !isIgnored(relative(context, path), ignored)
  const entries = statSync(source).isDirectory() ? readdirSync(source).map((name) => join(source, name)) : [source]
  for (const entry of entries) {
    cpSync(entry, join(to, relative(dirname(entry), entry)), { recursive: true, filter, verbatimSymlinks: true })
  }
}

/** The two forms that ours has: a path, and a name anywhere. */
const isIgnored = (path: string, patterns: string[]): boolean =>
  patterns.some((pattern) =>
    pattern.startsWith('**/') ? path.split('/').includes(pattern.slice(3)) : path === pattern,
  )

function inherited(stages: Stage[], base: string | undefined) {
  const steps = base ? lineage(stages, base).flatMap((stage) => stage.steps) : []
  const env = Object.assign({}, ...steps.filter((step) => step.instruction === 'ENV').map(({ text }) => variable(text)))
  return { env: env as Record<string, string>, folder: (base && lastStep(stages, base, 'WORKDIR')) || '/' }
}

function variable(text: string): Record<string, string> {
  const [name = '', value = ''] = text.split('=')
  return { [name]: value }
}

/** Global packages are installed below the root of the stage. The registry comes from the settings of this machine. */
function environment(root: string, env: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_ENV: _, NODE_OPTIONS: __, ...machine } = process.env
  const prefix = join(root, 'usr/local')
  return { ...machine, ...env, PATH: `${prefix}/bin:${process.env['PATH']}`, npm_config_prefix: prefix }
}

function call(program: string, args: string[], cwd: string, env = process.env): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout: STEP_MS })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
}
