import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import { systemClock } from '../base/index.ts'
import { RUN_STATES, STANDINGS } from '../../views/components/state.tsx'
import { connect, readClientSettings } from './connect.ts'
import { login, logout } from './login.ts'
import { printLog } from './logs.ts'
import { createOutput } from './output.ts'
import { cancelRun, listRuns, type RunFilter } from './runs.ts'
import { createScreen } from './screen.ts'
import { addSecretCommands } from './secret-commands.ts'
import { listScripts, type ScriptFilter } from './scripts.ts'
import { showStatus } from './status.ts'
import { rerun, trigger } from './trigger.ts'

type Common = { server?: string; json?: boolean }
type Follow = Common & { follow?: boolean }

/** Adds the commands against a server; `ended` is told whether what was asked for went well. */
export function addServerCommands(
  program: Command,
  variables: Record<string, string | undefined>,
  ended: (ok: boolean) => void,
): void {
  const settings = () => readClientSettings(variables)
  const at = ({ server }: Common) => connect(settings(), server)
  const screen = () => createScreen(variables, process.stdout, systemClock)
  program.commandsGroup('Against a server (SXS_URL and SXS_KEY go before the login):')
  const command = (name: string, words: string, examples: string[]) =>
    program
      .command(name)
      .description(words)
      .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`)
  const asking = (name: string, words: string, examples: string[]) =>
    command(name, words, examples)
      .option('--server <url>', 'another server than the last login')
      .option('--json', 'print JSON')

  command('login', 'prove a key to a server and keep it for the commands below', [
    'sxs login http://127.0.0.1:8080',
    'sxs key add --user ada | sxs login https://sxs.example.org --key-stdin',
  ])
    .argument('<url>', 'the server, such as http://127.0.0.1:8080')
    .option('--key-stdin', 'read the key from standard input, and do not ask for it')
    .option('--json', 'print JSON')
    .action((url: string, options: { keyStdin?: boolean; json?: boolean }) =>
      login(settings(), createOutput(options), url, options),
    )
  asking('logout', 'forget the key of the last login, or of --server', ['sxs logout']).action(
    (options: Common) => logout(settings(), createOutput(options), options.server),
  )
  asking('scripts', 'list scripts: how they stand, when they are due, how they last ended', [
    'sxs scripts',
    'sxs scripts report --state failing',
    'sxs scripts --tag finance --json | jq -r ".[].slug"',
  ])
    .argument('[words]', 'in slug, description or tags')
    .option('--tag <tag>', 'with this tag', nameOf)
    .addOption(new Option('--state <state>', 'that stand so').choices(Object.keys(STANDINGS)))
    .action((q: string | undefined, options: Common & Omit<ScriptFilter, 'q'>) => {
      const { tag, state } = options
      const filter = { ...(q ? { q } : {}), ...(tag ? { tag } : {}), ...(state ? { state } : {}) }
      return listScripts(at(options).client, createOutput(options), screen(), filter)
    })
  asking('trigger', 'run a script now', [
    'sxs trigger finance.report',
    `sxs trigger finance.report --input '{"day": "2026-01-31"}' --follow`,
    'sxs trigger finance.report --input @input.json',
  ])
    .argument('<slug>', 'the script', nameOf)
    .option(
      '--input <json>',
      'an object, found in run.input; @FILE reads it from a file, @- from standard input',
    )
    .option('--force', 'pass over its gate')
    .option('-f, --follow', 'write its log until it is over; exit 1 if it failed')
    .action(async (slug: string, options: Follow & { input?: string; force?: boolean }) =>
      ended(await trigger(at(options).client, createOutput(options), slug, options)),
    )
  asking('logs', 'print what a run wrote', ['sxs logs 12', 'sxs logs -f 12', 'sxs logs -f finance.report'])
    .argument('<run>', 'its number, or a script for its newest run', nameOf)
    .option('-f, --follow', 'go on until the run is over')
    .action((run: string, options: Follow) => printLog(at(options).client, run, options))
  asking('runs', 'list runs, newest first', [
    'sxs runs',
    'sxs runs --script finance.report --state failed --limit 5',
    'sxs runs --json | jq -r ".[0].id"',
  ])
    .option('--script <slug>', 'of this script', nameOf)
    .addOption(new Option('--state <state>', 'that stand so').choices(Object.keys(RUN_STATES)))
    .addOption(new Option('--limit <n>', 'at most so many').argParser(countOf).default(20))
    .action((options: Common & RunFilter & { limit: number }) => {
      const { script, state, limit } = options
      const filter = { ...(script ? { script } : {}), ...(state ? { state } : {}), limit }
      return listRuns(at(options).client, createOutput(options), screen(), filter)
    })
  asking('cancel', 'end a queued run at once, ask a running one to end', ['sxs cancel 12'])
    .addArgument(new Argument('<run>', 'its number').argParser(countOf))
    .action((run: number, options: Common) => cancelRun(at(options).client, createOutput(options), run))
  asking('rerun', 'run again with the same input', ['sxs rerun 12', 'sxs rerun 12 --at head --follow'])
    .addArgument(new Argument('<run>', 'its number').argParser(countOf))
    .addOption(
      new Option('--at <commit>', 'at the same commit, or at head of main')
        .choices(['same', 'head'])
        .default('same'),
    )
    .option('-f, --follow', 'write its log until it is over; exit 1 if it failed')
    .action(async (run: number, options: Follow & { at: 'same' | 'head' }) =>
      ended(await rerun(at(options).client, createOutput(options), run, options)),
    )
  addSecretCommands(program, at, screen)
  asking('status', 'say how the server is: versions, isolation, queue', ['sxs status']).action(
    (options: Common) => {
      const { client, url } = at(options)
      return showStatus(client, createOutput(options), screen(), url)
    },
  )
}

function nameOf(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Write a name; sxs scripts lists those there are.')
  return text.trim()
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 on.')
  return Number(text)
}
