import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Command, Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { addServerCommands } from '../../src/command/server-commands.ts'
import { completionOf } from '../../src/command/completion.ts'
import { temporaryFolder } from '../support/folder.ts'

const run = promisify(execFile)

const program = new Command('sxs').version('1')
const user = program.command('user').description("manage users; 'their' roles: all")
user
  .command('add')
  .argument('<name>')
  .addOption(new Option('--role <role>').choices(['viewer', 'admin']))
addServerCommands(program, {}, () => undefined)

// What is typed, the last word being the one to complete; and what is offered.
const TYPED: [string[], string[]][] = [
  [['tri'], ['trigger']],
  [['log'], ['login', 'logout', 'logs']],
  [['runs', '--st'], ['--state']],
  [['runs', '--state', 'ca'], ['cancelled']],
  [['runs', '--limit', '5', '--scr'], ['--script']],
  [
    ['rerun', '12', '--at', ''],
    ['head', 'same'],
  ],
  [
    ['user', ''],
    ['--help', '-h', 'add', 'help'],
  ],
  [['user', 'add', '--role', 'v'], ['viewer']],
  [['--v'], ['--version']],
  [['nonsense', '--fol'], []],
]

describe('bash', () => {
  const file = join(temporaryFolder(), 'sxs.bash')
  writeFileSync(file, completionOf(program, 'bash'))

  test.each(TYPED)('offers to %j what the commands know', async (typed, offered) => {
    const script =
      'source "$1"; shift; COMP_WORDS=(sxs "$@"); COMP_CWORD=$#; _sxs; printf "%s\\n" "${COMPREPLY[@]}"'
    const { stdout } = await run('bash', ['-uc', script, 'bash', file, ...typed])
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual(offered)
  })
})

const hasZsh = spawnSync('zsh', ['-c', 'true']).status === 0

describe.skipIf(!hasZsh)('zsh', () => {
  const file = join(temporaryFolder(), 'sxs.zsh')
  writeFileSync(file, completionOf(program, 'zsh'))

  test.each(TYPED)('offers to %j what the commands know', async (typed, offered) => {
    // The words that zsh's own _describe would match; the colon ends a word.
    const stand = 'compdef() { :; }; _files() { :; }; _describe() { print -rl -- "${(@)${(@P)2}%%:*}"; }'
    const script = `${stand}; file=$1; shift; source $file; words=(sxs "$@"); CURRENT=$(($# + 1)); _sxs`
    const { stdout } = await run('zsh', ['-fc', script, 'zsh', file, ...typed])
    const word = typed.at(-1)!
    const fitting = stdout.split('\n').filter((one) => one !== '' && one.startsWith(word))
    expect(fitting.sort()).toEqual(offered)
  })
})
