#!/usr/bin/env -S node --max-semi-space-size=2
import { Argument, Command, CommanderError } from 'commander'
import { AppError, ConfigError, messageOf } from './base/index.ts'
import {
  addKey,
  addServerCommands,
  addUser,
  checkFolder,
  completionOf,
  createOutput,
  examine,
  reindex,
  runFolder,
  start,
  WrongUse,
} from './command/index.ts'
import { version } from './version.ts'

const DONE = 0
const FAILED = 1
const WRONG_USE = 2

// Who reads the output may have had enough of it, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? DONE : FAILED),
)
process.exitCode = await main(process.argv)

async function main(args: string[]): Promise<number> {
  let code = DONE
  const program = new Command('sxs')
    .description('Runs Python scripts on schedules, with Git as the only truth.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'sxs: ')) })
    .showHelpAfterError('(sxs --help says more)')
  // What a server is made of is loaded where it is needed: the commands against one start in a fifth of the time.
  const config = async () => (await import('./config.ts')).readConfig(process.env)
  const succeeded = (ok: boolean) => (code = ok ? DONE : FAILED)
  const withJson = (command: Command) => command.option('--json', 'print JSON')

  program
    .command('start')
    .description('serve the dashboard, the API and Git; settings are SXS_ variables')
    .action(async () => {
      code = await start(await config())
    })
  withJson(program.command('check'))
    .argument('[dir]', 'a folder that holds scripts/', '.')
    .description('say of a folder what a push of it would')
    .action(async (dir: string, options: { json?: boolean }) => {
      succeeded(await checkFolder(await config(), createOutput(options), dir))
    })
  program
    .command('run')
    .argument('<dir>', "a script's folder, or a single-file script")
    .description('run a script here and now, as the server would')
    .option('--input <json>', 'what is found in run.input')
    .option('--env-file <file>', 'NAME=value lines for its environment')
    .option('--data <file>', 'JSON file that holds data, and gets what is left of it')
    .option('--gate', 'ask its gate first')
    .action(async (dir: string, options: Parameters<typeof runFolder>[2]) => {
      succeeded(await runFolder(await config(), dir, options))
    })
  const user = program.command('user').description('manage users')
  withJson(user.command('add'))
    .argument('<name>')
    .description('add a user; prints a one-time link to choose a password')
    .requiredOption('--role <role>', 'viewer, runner, editor or admin')
    .option('--password-stdin', 'read the password from standard input instead')
    .action(async (name: string, options: { role: string; passwordStdin?: boolean; json?: boolean }) =>
      addUser(await config(), createOutput(options), name, options),
    )
  const key = program.command('key').description('manage API keys')
  withJson(key.command('add'))
    .description('add an API key; prints it, and it alone')
    .requiredOption('--user <name>', 'whose key it is')
    .option('--role <role>', "at most the user's, which is the default")
    .option('--name <name>', 'what it is for')
    .action(async (options: { user: string; role?: string; name?: string; json?: boolean }) =>
      addKey(await config(), createOutput(options), options),
    )
  withJson(program.command('reindex'))
    .description('throw the catalog away and read it from Git again')
    .action(async (options: { json?: boolean }) => reindex(await config(), createOutput(options)))
  withJson(program.command('doctor'))
    .description('say what this machine has of what the server needs')
    .action(async (options: { json?: boolean }) => {
      succeeded(await examine(await config(), createOutput(options)))
    })
  addServerCommands(program, process.env, succeeded)
  program.commandsGroup('Commands:')
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .description('print what makes a shell complete these commands')
    .addHelpText('after', '\nExamples:\n  source <(sxs completion bash)\n  source <(sxs completion zsh)')
    .action((shell: 'bash' | 'zsh') => void process.stdout.write(completionOf(program, shell)))

  try {
    await program.parseAsync(args)
    return code
  } catch (error) {
    return failed(error)
  }
}

/** One line on standard error, and the exit code. */
function failed(error: unknown): number {
  // commander has said what is wrong already; its help ends like this too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USE
  process.stderr.write(
    `sxs: ${isKnown(error) ? messageOf(error) : ((error as Error).stack ?? messageOf(error))}\n`,
  )
  return error instanceof ConfigError || error instanceof WrongUse ? WRONG_USE : FAILED
}

/** Whether its message alone tells the caller what to do; of a bug of ours the stack is needed too. */
function isKnown(error: unknown): boolean {
  return error instanceof AppError || error instanceof ConfigError || error instanceof WrongUse
}
