import type { Command } from 'commander'
import type { Client } from '../client/index.ts'
import { createOutput } from './output.ts'
import type { Screen } from './screen.ts'
import { deleteSecret, listSecrets, rotateKey, setSecret } from './secrets.ts'

type Common = { server?: string; json?: boolean }

/** Adds `secret` with its commands to the command line. */
export function addSecretCommands(
  program: Command,
  at: (options: Common) => { client: Client },
  screen: () => Screen,
): void {
  const secret = program.command('secret').description('values that scripts are given, and nobody is told')
  const asking = (name: string, words: string, examples: string[]) =>
    secret
      .command(name)
      .description(words)
      .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`)
      .option('--server <url>', 'another server than the last login')
      .option('--json', 'print JSON')
  asking('set', 'set a value, read from standard input or typed unseen', [
    'sxs secret set SMTP_PASSWORD --scripts finance.report,finance.load',
    'sxs secret set GCP_KEY < sa.json',
  ])
    .argument('<name>', 'the variable in which scripts find it')
    .option('--scripts <slugs>', 'grant it to these scripts and no others; absent: as before')
    .action((name: string, options: Common & { scripts?: string }) => {
      const scripts = options.scripts
        ?.split(',')
        .map((slug) => slug.trim())
        .filter(Boolean)
      return setSecret(at(options).client, createOutput(options), name, scripts ? { scripts } : {})
    })
  asking('list', 'list names, and the scripts that each is granted to', ['sxs secret list']).action(
    (options: Common) => listSecrets(at(options).client, createOutput(options), screen()),
  )
  asking('delete', 'delete a secret', ['sxs secret delete SMTP_PASSWORD'])
    .argument('<name>', 'which')
    .action((name: string, options: Common) => deleteSecret(at(options).client, createOutput(options), name))
  asking('rotate-key', 'seal all values with a new key', ['sxs secret rotate-key']).action(
    (options: Common) => rotateKey(at(options).client, createOutput(options)),
  )
}
