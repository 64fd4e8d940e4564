/** A flag, as the shells complete it. */
export interface ShellFlag {
  /** With its dashes. */
  readonly name: string
  readonly about: string
  readonly takesValue: boolean
  /** All values that it can have, if they are known. */
  readonly values: readonly string[]
  readonly isFile: boolean
}

/** A command, as the shells complete it. The one without a name is `gifchat` itself. */
export interface ShellCommand {
  readonly name: string
  readonly about: string
  /** Whether its first argument is the id of a room. The server is asked for those. */
  readonly wantsRoom: boolean
  /** All values that its first argument can have, if they are known. */
  readonly words: readonly string[]
  readonly flags: readonly ShellFlag[]
}

/**
 * Prints the ids of the rooms there are now; a server that is not there, or slow, has none. What a
 * server says goes on the command line, so that only what has the form of an id passes. The server
 * that the line names comes in `GIFCHAT_SERVER`, since no shell expands that.
 */
const LIST_ROOMS =
  "gifchat completion rooms 2>/dev/null </dev/null | env LC_ALL=C grep -axE '[A-Za-z0-9_][A-Za-z0-9_-]*'"

const namesOf = (commands: readonly ShellCommand[]): readonly string[] =>
  commands.map(({ name }) => name).filter(name => name !== '')

/** Every flag that takes a value, each once though several commands have it. */
const valueFlags = (commands: readonly ShellCommand[]): readonly ShellFlag[] => {
  const flags = commands.flatMap(command => command.flags.filter(flag => flag.takesValue))
  return [...new Map(flags.map(flag => [flag.name, flag])).values()]
}

// What a server says comes in by `read` and is compared. `compgen -W` and an unquoted `$(…)` would
// expand it once more, and so run a command that stands in it.
const BASH_FUNCTIONS = `_gifchat_offer() {
  local word
  COMPREPLY=()
  for word; do [[ $word == "$current"* ]] && COMPREPLY+=("$word"); done
}
_gifchat_offer_rooms() {
  local id ids server=''
  local named="[[:space:]]--server(=|[[:space:]]+)[\\"']?([^[:space:]\\"']+)"
  COMPREPLY=()
  [[ \${COMP_LINE-} =~ $named ]] && server="\${BASH_REMATCH[2]}"
  ids="$(if [[ $server != '' ]]; then export GIFCHAT_SERVER="$server"; fi; ${LIST_ROOMS})"
  while IFS= read -r id; do
    [[ $id != '' && $id == "$current"* ]] && COMPREPLY+=("$id")
  done <<< "$ids"
}
_gifchat_offer_files() {
  local file files quoted=0
  COMPREPLY=()
  compopt -o filenames 2>/dev/null || quoted=1
  files="$(compgen -f -- "$current")"
  while IFS= read -r file; do
    [[ $file == '' ]] && continue
    ((quoted)) && printf -v file %q "$file"
    COMPREPLY+=("$file")
  done <<< "$files"
}
`

export function bashCompletionScript(commands: readonly ShellCommand[]): string {
  const names = namesOf(commands)
  const quoted = (words: readonly string[]) => words.map(word => `'${word}'`).join(' ')
  const flags = valueFlags(commands)
  const free = flags.filter(({ values, isFile }) => values.length === 0 && !isFile)
  const values = flags
    .filter(flag => !free.includes(flag))
    .map(({ name, values, isFile }) => {
      const offer = isFile ? '_gifchat_offer_files' : `_gifchat_offer ${quoted(values)}`
      return `  ${name}) ${offer}; return ;;`
    })
  const offers = commands.map(({ name, wantsRoom, words, flags }) => {
    const offer = `_gifchat_offer ${quoted([...(name === '' ? names : words), ...flags.map(flag => flag.name)])}`
    const rooms = wantsRoom ? 'if [[ $current != -* ]]; then _gifchat_offer_rooms; return; fi; ' : ''
    return `  ${name === '' ? "''" : name}) ${rooms}${offer} ;;`
  })
  return `# bash: source <(gifchat completion bash)
${BASH_FUNCTIONS}_gifchat() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
    ${names.join('|')}) command="$word"; break ;;
    esac
  done
  case "$previous" in
${values.join('\n')}
  ${free.map(flag => flag.name).join('|')}) COMPREPLY=(); return ;;
  esac
  case "$command" in
${offers.join('\n')}
  esac
}
complete -F _gifchat gifchat
`
}

export function zshCompletionScript(commands: readonly ShellCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const described = (name: string, about: string) => quoted(`${name.replaceAll(':', '\\:')}:${about}`)
  const values = valueFlags(commands).map(({ name, values, isFile }) => {
    const offer = isFile ? '_files' : values.length === 0 ? ':' : `compadd -- ${values.join(' ')}`
    return `    (${name}) ${offer}; return ;;`
  })
  const offers = commands.map(({ name, wantsRoom, words, flags }) => {
    const listed = flags.map(flag => described(flag.name, flag.about)).join(' ')
    const first =
      name === ''
        ? `offered=(${commands
            .filter(command => command.name !== '')
            .map(command => described(command.name, command.about))
            .join(' ')})`
        : `offered=(${wantsRoom ? `\${(f)"$(_gifchat_rooms)"}` : words.map(quoted).join(' ')})`
    return `    (${name === '' ? "''" : name}) ${first}; flags=(${listed}) ;;`
  })
  return `#compdef gifchat
# zsh: source <(gifchat completion zsh), after compinit
_gifchat_rooms() {
  local server=''
  integer at=\${words[(I)--server]} joined=\${words[(I)--server=*]}
  (( at )) && server="\${(Q)words[at+1]}"
  (( joined )) && server="\${(Q)words[joined]#--server=}"
  [[ $server != '' ]] && export GIFCHAT_SERVER="$server"
  ${LIST_ROOMS}
}
_gifchat() {
  local command='' word
  local -a offered flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$word" in
    (${namesOf(commands).join('|')}) command="$word"; break ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$command" in
${offers.join('\n')}
  esac
  _describe -t words gifchat offered
  _describe -t flags flag flags
}
compdef _gifchat gifchat
`
}

export function fishCompletionScript(commands: readonly ShellCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const lines = commands.flatMap(({ name, about, wantsRoom, words, flags }) => {
    const when = name === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${name}`
    const base = `complete -c gifchat -n ${quoted(when)}`
    const offered = words.length > 0 ? quoted(words.join(' ')) : wantsRoom ? quoted('(__gifchat_rooms)') : ''
    return [
      ...(name === '' ? [] : [`complete -c gifchat -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`]),
      ...(offered === '' ? [] : [`${base} -a ${offered}`]),
      ...flags.map(flag => {
        const values = flag.values.length === 0 ? '' : ` -a ${quoted(flag.values.join(' '))}`
        const kind = flag.isFile ? ' -r -F' : flag.takesValue ? ' -x' : ''
        return `${base} -l ${flag.name.replace(/^-+/, '')}${kind}${values} -d ${quoted(flag.about)}`
      }),
    ]
  })
  return `# fish: gifchat completion fish > ~/.config/fish/completions/gifchat.fish
function __gifchat_rooms
  set -l server ''
  set -l previous ''
  for word in (commandline -opc)
    if test "$previous" = --server
      set server $word
    else if string match -q -- '--server=*' $word
      set server (string replace -- '--server=' '' $word)
    end
    set previous $word
  end
  if test "$server" = ''
    ${LIST_ROOMS}
  else
    env GIFCHAT_SERVER=$server ${LIST_ROOMS}
  end
end
complete -c gifchat -f
${lines.join('\n')}
`
}
