import type { Command, Option } from 'commander'

/** A command with what may follow it. */
type Node = { path: string; commands: [name: string, words: string][]; options: Option[] }

/** `completion`: a script for the shell, made of the commands themselves. */
export function completionOf(program: Command, shell: 'bash' | 'zsh'): string {
  const nodes = nodesOf(program, '')
  return shell === 'bash' ? bash(nodes) : zsh(nodes)
}

function nodesOf(command: Command, path: string): Node[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const below = commands.filter((one) => one.name() !== 'help')
  return [
    {
      path,
      commands: commands.map((one) => [one.name(), help.subcommandDescription(one)]),
      options: help.visibleOptions(command),
    },
    ...below.flatMap((one) => nodesOf(one, `${path} ${one.name()}`)),
  ]
}

const flagsOf = ({ short, long }: Option) => [short, long].filter((flag) => flag !== undefined)
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** Each way to come to an option that takes a value, with the values; none: any, so files. */
function valuesOf(nodes: Node[]): { at: string; values: string[] }[] {
  return nodes.flatMap(({ path, options }) =>
    options
      .filter(({ required, optional }) => required || optional)
      .map((option) => ({
        at: flagsOf(option)
          .map((flag) => quote(`${path} ${flag}`))
          .join('|'),
        values: option.argChoices ?? [],
      })),
  )
}

const pathsOf = (nodes: Node[]) =>
  nodes
    .filter(({ path }) => path !== '')
    .map(({ path }) => quote(path))
    .join('|')

function bash(nodes: Node[]): string {
  const wordsOf = ({ commands, options }: Node) =>
    [...commands.map(([name]) => name), ...options.flatMap(flagsOf)].join(' ')
  return `# Completion for bash. In ~/.bashrc: source <(sxs completion bash)
_sxs() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} at= words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${pathsOf(nodes)}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $before" in
${valuesOf(nodes)
  .map(({ at, values }) => `    ${at}) words=${quote(values.join(' '))} ;;`)
  .join('\n')}
    *) case "$at" in
${nodes.map((node) => `      ${quote(node.path)}) words=${quote(wordsOf(node))} ;;`).join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o bashdefault -o default -F _sxs sxs
`
}

function zsh(nodes: Node[]): string {
  const described = (name: string, words: string) => quote(`${name.replaceAll(':', '\\:')}:${words}`)
  const wordsOf = ({ commands, options }: Node) =>
    [
      ...commands.map(([name, words]) => described(name, words)),
      ...options.flatMap((option) => flagsOf(option).map((flag) => described(flag, option.description))),
    ].join(' ')
  return `#compdef sxs
# Completion for zsh. In ~/.zshrc, after compinit: source <(sxs completion zsh)
_sxs() {
  local before=\${words[CURRENT-1]} at= i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$at \${words[i]}" in
      ${pathsOf(nodes)}) at="$at \${words[i]}" ;;
    esac
  done
  case "$at $before" in
${valuesOf(nodes)
  .map(({ at, values }) => `    ${at}) found=(${values.map(quote).join(' ')}) ;;`)
  .join('\n')}
    *) case "$at" in
${nodes.map((node) => `      ${quote(node.path)}) found=(${wordsOf(node)}) ;;`).join('\n')}
    esac ;;
  esac
  _describe sxs found || _files
}
if [[ \${funcstack[1]-} = _sxs ]]; then _sxs "$@"; else compdef _sxs sxs; fi
`
}
