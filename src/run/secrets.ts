import type { Isolation } from '../isolation/index.ts'
import type { Verdict } from './answer.ts'
import type { Outcome } from './outcome.ts'
import type { ScriptAt, ScriptSource } from './source.ts'

/** Hides secrets in what a script writes, leaves or says. */
export type Masking = {
  /** Of one stream: what can be shown of it by now, and at its end the rest. */
  stream(): { take(bytes: Buffer): Buffer; end(): Buffer }
  text(text: string): string
  /** Of a JSON text, which stays JSON. */
  json(text: string): string
}

/** The values of these secrets for a script that they are granted to, or why it cannot have them. */
export type GiveSecrets = (
  slug: string,
  names: string[],
) => Promise<{ values: Map<string, string>; masking: Masking } | { refusal: string }>

/** What a run is given of secrets: variables, some of which are the paths of files. */
export type RunSecrets = {
  env: Record<string, string>
  files: { path: string; text: string }[]
  masking: Masking
}

// In the private /tmp of the run, which is in memory; the harness writes them before any code of the script runs.
const FOLDER = '/tmp/.secrets'
// The kernel takes two MiB of arguments and variables for a program.
const LONGEST_ENV = 2 ** 20

/** The secrets that the script's manifest names, for a run at this commit; undefined where it names none. */
export async function secretsFor(
  { script, commit }: ScriptAt,
  {
    giveSecrets,
    source,
    isolation,
  }: { giveSecrets: GiveSecrets; source: ScriptSource; isolation: Isolation },
): Promise<RunSecrets | { refusal: string } | undefined> {
  const wanted = script.manifest.secrets
  if (wanted.length === 0) return undefined
  const names = wanted.map(({ name }) => name)
  const inFile = wanted.find(({ file }) => file !== undefined)
  if (inFile && isolation.tier !== 'namespace')
    return {
      refusal: `the secret ${inFile.name} is asked for as a file, which needs the isolation tier namespace (here: ${isolation.tier}); ask for it as a variable`,
    }
  if (!(await source.isOnMainLine(commit)))
    return {
      refusal: `${names.join(', ')}: secrets are given only to commits that main was at, and ${commit.slice(0, 10)} is none; merge it first`,
    }
  const given = await giveSecrets(script.slug, names)
  if ('refusal' in given) return given
  const secrets: RunSecrets = { env: {}, files: [], masking: given.masking }
  for (const { name, file } of wanted) {
    const text = given.values.get(name)!
    const path = `${FOLDER}/${name}/${file}`
    secrets.env[name] = file === undefined ? text : path
    if (file !== undefined) secrets.files.push({ path, text })
  }
  const bytes = Object.values(secrets.env).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (bytes > LONGEST_ENV)
    return {
      refusal: `its secrets take ${bytes} bytes as variables, and the most is ${LONGEST_ENV}; ask for some as files`,
    }
  return secrets
}

/** The verdict without secrets; only `data` stays as it is, since the next run gets it. */
export function maskVerdict(verdict: Verdict, masking: Masking | undefined): Verdict {
  if (!masking) return verdict
  const { outcome, error, result } = verdict
  return {
    ...verdict,
    outcome: maskTexts<Outcome>(outcome, masking, ['kind', 'what']),
    ...(error ? { error: maskTexts(error, masking) } : {}),
    ...(result === undefined ? {} : { result: masking.json(result) }),
  }
}

function maskTexts<T extends object>(given: T, masking: Masking, ours: string[] = []): T {
  const members = Object.entries(given) as [string, unknown][]
  return Object.fromEntries(
    members.map(([name, value]) => [
      name,
      typeof value === 'string' && !ours.includes(name) ? masking.text(value) : value,
    ]),
  ) as T
}
